using System.Globalization;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live;

/// <summary>Why a run waits, as a sentence.</summary>
static class WaitingReason
{
    static readonly string[] Ordinals = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];

    /// <summary>A run that takes a place.</summary>
    /// <param name="Left">Until its training ends; null where that is not known.</param>
    /// <param name="StartsAgain">It was interrupted and keeps its place until it starts again.</param>
    public readonly record struct Ahead(string Name, TimeSpan? Left, bool StartsAgain = false);

    /// <param name="before">Runs before it in the queue.</param>
    /// <param name="running">The runs that take the places.</param>
    public static string Of(RunRow row, int before, IReadOnlyList<Ahead> running, DateTime now)
    {
        if (row.CancelRequested)
            return "It is being cancelled.";
        if (row.NotBeforeUtc is { } at && at > now)
            return string.Create(CultureInfo.InvariantCulture, $"Starts again after {at:HH:mm:ss} UTC: {row.What?.TrimEnd('.')}.");
        return $"{Place(before)}; {Because(running)}.";
    }

    /// <summary>A run that runs.</summary>
    /// <param name="left">Until its training ends; null where that is not known.</param>
    public static string Running(TimeSpan? left) => left is { } time ? $"Running, {About(time)} left." : "Running.";

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
            _ => string.Create(CultureInfo.InvariantCulture, $"{running.Count} runs are running")
                + (soonest is { } left ? $", the first has {About(left)} left" : ""),
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
