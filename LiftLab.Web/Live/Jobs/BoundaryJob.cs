using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// One drawing of decision boundaries, response surfaces or response curves: how far it is, what is drawn so far, how it ended.
/// </summary>
public sealed class BoundaryJob
{
    internal const string Stopped = "stopped before it was done";

    readonly RunFolder folder;
    readonly ProgressTail progress;
    volatile IReadOnlyList<DrawnBoundary> drawn = [];

    internal BoundaryJob(RunFolder folder, BoundaryRequest request)
    {
        (this.folder, Request) = (folder, request);
        var file = folder.BoundaryFile(request);
        var (progressFile, logFile) = (Path.ChangeExtension(file, ".jsonl"), Path.ChangeExtension(file, ".log"));
        progress = new(progressFile);
        Spec = new(
            $"{folder.Id}.boundary.{request.Key}",
            JobKind.Boundary,
            folder.Path,
            [
                "--x",
                request.X,
                .. request.Y is null ? [] : (string[])["--y", request.Y],
                "--hold",
                JsonSerializer.Serialize(request.Held),
                "--size",
                request.Size.ToString(CultureInfo.InvariantCulture),
                "--progress",
                progressFile,
            ],
            logFile
        );
    }

    public BoundaryRequest Request { get; }

    /// <summary>The drawing has changed. Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>The last thing that the job reported; null while it is queued or starts.</summary>
    public BoundaryProgress? Now { get; private set; }

    /// <summary>The learners that are done, LIFT first.</summary>
    public IReadOnlyList<DrawnBoundary> Drawn => drawn;

    public bool IsOver { get; private set; }

    /// <summary>Why it ended early; null where it did not.</summary>
    public string? Failure { get; private set; }

    internal bool StopRequested { get; private set; }

    internal JobSpec Spec { get; }

    /// <summary>Null until it is submitted.</summary>
    internal Job? Job
    {
        get;
        set
        {
            field = value;
            if (value is not null)
                Changed?.Invoke();
        }
    }

    /// <summary>A drawing that the run folder holds.</summary>
    internal static BoundaryJob Of(RunFolder folder, BoundarySheet sheet) =>
        new(folder, sheet.Request) { drawn = sheet.Drawn, IsOver = true };

    /// <summary>Asks for its end, which comes within a second.</summary>
    public void Stop() => StopRequested = true;

    /// <summary>Removes what an earlier job of the same drawing left.</summary>
    internal void Clear()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Spec.LogFile)!);
        File.Delete(progress.File);
        File.Delete(Spec.LogFile);
    }

    /// <summary>Reads what the job has written since.</summary>
    internal void Listen()
    {
        var news = progress.Read();
        foreach (var report in news)
        {
            Now = report;
            // the learner that the run is about comes last from the job and stands first
            if (report.Drawn is { } one)
                drawn = one.Learner == "lift" ? [one, .. drawn] : [.. drawn, one];
        }
        if (news.Count > 0)
            Changed?.Invoke();
    }

    /// <summary>The job is over. The drawing succeeded where the run folder holds it.</summary>
    internal void End(JobStatus status)
    {
        Listen();
        if (folder.ReadBoundaries(Request) is { } sheet)
        {
            drawn = sheet.Drawn;
            Clear();
            End(failure: null);
        }
        else
            End(
                StopRequested ? Stopped
                : FirstWords() is { } words ? words
                : status.ExitCode is { } code
                    ? string.Create(CultureInfo.InvariantCulture, $"the process that draws ended with code {code}")
                : "the process that draws is gone"
            );
    }

    internal void End(string? failure)
    {
        (IsOver, Failure) = (true, failure);
        Changed?.Invoke();
    }

    string? FirstWords() =>
        File.Exists(Spec.LogFile) ? File.ReadLines(Spec.LogFile).Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) : null;
}
