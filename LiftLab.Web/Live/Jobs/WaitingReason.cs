using System.Globalization;
using LiftLab.Engine.Launching;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Jobs;

/// <summary>Why a run or a study waits, as a sentence.</summary>
static class WaitingReason
{
    static readonly string[] Ordinals = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];

    /// <summary>A run or study that takes a place.</summary>
    /// <param name="Left">Until its training ends; null where that is not known.</param>
    /// <param name="StartsAgain">It was interrupted and keeps its place until it starts again.</param>
    public readonly record struct Ahead(string Name, TimeSpan? Left, bool StartsAgain = false, bool IsStudy = false);

    /// <summary>A run or study that waits.</summary>
    /// <param name="What">Why it was interrupted; null where it was not.</param>
    public sealed record Waiting(string Id, string Name, double Position, bool CancelRequested, DateTime? NotBeforeUtc, string? What)
    {
        public static Waiting Of(IQueued entry) =>
            new(entry.Id, entry.Name, entry.Position, entry.CancelRequested, entry.NotBeforeUtc, entry.What);
    }

    /// <param name="before">Runs and studies before it in the queue.</param>
    /// <param name="running">Those that take the places.</param>
    public static string Of(Waiting waiting, int before, IReadOnlyList<Ahead> running, DateTime now)
    {
        if (waiting.CancelRequested)
            return "It is being cancelled.";
        if (waiting.NotBeforeUtc is { } at && at > now)
            return string.Create(CultureInfo.InvariantCulture, $"Starts again after {at:HH:mm:ss} UTC: {waiting.What?.TrimEnd('.')}.");
        return $"{Place(before)}; {Because(running)}.";
    }

    /// <summary>A run that runs.</summary>
    /// <param name="left">Until its training ends; null where that is not known.</param>
    /// <param name="job">Its job; null for one on this machine that was just submitted.</param>
    public static string Running(TimeSpan? left, LabJob? job = null) =>
        job is { Waits: true } ? InLauncher(job)
        : left is { } time ? $"Running, {About(time)} left."
        : "Running.";

    /// <summary>"In the queue of cluster, number 3: PENDING (Resources)."</summary>
    static string InLauncher(LabJob job)
    {
        var place = job.Status!.Position is { } number ? string.Create(CultureInfo.InvariantCulture, $", number {number}") : "";
        var held = job.Status.State == JobState.Held ? "Held in" : "In";
        return $"{held} the queue of {job.Launcher}{place}: {job.Status.Words ?? "waiting"}.";
    }

    static string Place(int before) =>
        before < Ordinals.Length
            ? $"{Ordinals[before]} in queue"
            : string.Create(CultureInfo.InvariantCulture, $"Number {before + 1} in queue");

    static string Because(IReadOnlyList<Ahead> running)
    {
        var soonest = running.Select(r => r.Left).Min();
        return running switch
        {
            [] => "it starts now",
            [{ Name: var name, StartsAgain: true }] => $"“{name}” was interrupted and starts again first",
            [{ Name: var name, Left: null }] => $"“{name}” is running",
            [{ Name: var name, Left: { } left }] => $"“{name}” is running, {About(left)} left",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{running.Count} {(running.Any(r => r.IsStudy) ? "runs and studies" : "runs")} are running"
            ) + (soonest is { } left ? $", the first has {About(left)} left" : ""),
        };
    }

    /// <summary>Rounded, so that the sentence does not change every second.</summary>
    static string About(TimeSpan left) =>
        left.TotalSeconds switch
        {
            < 10 => "less than 10 s",
            < 95 and var s => string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(s / 10) * 10:0} s"),
            < 5400 and var s => string.Create(CultureInfo.InvariantCulture, $"about {s / 60:0} min"),
            var s => string.Create(CultureInfo.InvariantCulture, $"about {s / 3600:0.#} h"),
        };
}
