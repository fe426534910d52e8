using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Launching.Commands;

/// <summary>Reads what a launcher's command prints about its jobs.</summary>
sealed class LookLine(string section, CommandOptions options, bool many)
{
    /// <summary>States of Slurm, Kubernetes, SkyPilot, dstack and plain scripts.</summary>
    static readonly string[] Waiting =
        ["waiting", "pending", "queued", "submitted", "provisioning", "init", "setting_up", "starting", "configuring"],
        Held = ["held", "suspended"],
        Running = ["running", "active", "recovering", "terminating", "pulling", "completing", "alive"],
        Done = ["done", "succeeded", "completed", "complete", "finished"],
        Failed = ["failed", "error", "ended", "exited", "failed_setup", "failed_driver", "terminated", "timeout", "node_fail"],
        Cancelled = ["cancelled", "canceled", "cancelling", "stopped", "aborted"],
        Gone = ["gone", "unknown", "notfound", "missing"];

    readonly Regex line = new(
        options.Line.Length > 0 ? options.Line
            : many ? @"^\s*(?<handle>\S+)\s+(?<state>\S+)(?:\s+(?<words>.*\S))?\s*$"
            : @"^\s*(?<state>\S+)(?:\s+(?<words>.*\S))?\s*$",
        RegexOptions.CultureInvariant
    );

    /// <summary>The lines that say something about a job, with the handle where it is printed.</summary>
    public IEnumerable<(string Handle, JobStatus Status)> Read(string output) =>
        from text in output.Split('\n')
        let match = line.Match(text.TrimEnd('\r'))
        where match.Success && match.Groups["state"].Length > 0
        select (match.Groups["handle"].Value, Status(match));

    JobStatus Status(Match match)
    {
        var word = match.Groups["state"].Value;
        var exit = Number(match, "exit");
        var words = Text(match, "words") is { } more ? $"{word}: {more}" : word;
        var status =
            Is(options.Waiting, Waiting) ? new JobStatus(JobState.Waiting)
            : Is([], Held) ? new(JobState.Held)
            : Is(options.Running, Running) ? new(JobState.Running)
            : Is(options.Done, Done) ? new(JobState.Ended, exit ?? 0)
            : Is(options.Failed, Failed) ? new(JobState.Ended, exit)
            : Is([], Cancelled) ? new(JobState.Ended, exit) { IsCancelled = true }
            : Is([], Gone) ? new(JobState.Gone)
            : throw new LauncherUnreachableException(
                $"Look printed the state '{word}', which is not known: add it to {section}:Waiting, Running, Done or Failed"
            );
        return status with { Words = words, Node = Text(match, "node"), Gpus = Text(match, "gpus"), Position = Number(match, "position") };

        bool Is(IReadOnlyList<string> own, string[] usual) => own.Contains(word, StringComparer.OrdinalIgnoreCase) || IsUsual(usual);

        // what a person lists under another state is not the usual one
        bool IsUsual(string[] usual) =>
            !options
                .Waiting.Concat(options.Running)
                .Concat(options.Done)
                .Concat(options.Failed)
                .Contains(word, StringComparer.OrdinalIgnoreCase) && usual.Contains(word, StringComparer.OrdinalIgnoreCase);
    }

    static string? Text(Match match, string group) => match.Groups[group].Value.Trim() is { Length: > 0 } text ? text : null;

    static int? Number(Match match, string group) =>
        int.TryParse(match.Groups[group].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
