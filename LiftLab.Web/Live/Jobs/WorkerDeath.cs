using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live.Jobs;

/// <summary>Explains why a worker ended without a last event, from the exit code of its process.</summary>
static class WorkerDeath
{
    const int Signal = 128,
        Abort = 6,
        Kill = 9,
        SegmentationFault = 11;

    /// <summary>Code of an end that is the launcher's doing: a time limit, a lost machine.</summary>
    public const string EndedByLauncher = "launcher-ended";

    /// <param name="status">How the job ended.</param>
    /// <param name="begun">It had written at least one event.</param>
    public static RunEnded Explain(JobStatus status, bool begun, bool silent, string logFile, WorkWords words)
    {
        var exitCode = status.ExitCode;
        var look = $"{words.GoesOn} If this repeats, look at worker.log in the folder of the {words.Noun}.";
        var (code, what, whatToDo) = (exitCode, silent) switch
        {
            (_, true) => ("worker-silent", "The worker gave no sign of life and was ended", look),
            (Signal + Kill, _) => (
                "worker-killed",
                "The worker process was killed (signal 9), as the system does when memory runs out",
                $"{words.GoesOn} If this repeats, {words.NeedsLess}."
            ),
            (Signal + Abort or Signal + SegmentationFault, _) => (
                "worker-crashed",
                $"Native code ended the worker (signal {exitCode - Signal})",
                look
            ),
            (_, _) when !begun && NotWritable(Path.GetDirectoryName(logFile)!) is { } why => (
                "folder-read-only",
                $"The folder of the {words.Noun} cannot be written: {why}",
                $"Free the disk or give the account that runs LiftLab write access, then resume the {words.Noun}."
            ),
            (null, _) when status is { State: JobState.Ended, Words: { } said } => (
                EndedByLauncher,
                $"The launcher ended the job: {said}",
                words.GoesOn
            ),
            (null, _) => ("worker-gone", "The worker process is gone", words.GoesOn),
            (_, _) when !begun => (
                "worker-did-not-start",
                $"The worker ended with code {exitCode} before its first event{LastWords(logFile)}",
                $"Look at worker.log in the folder of the {words.Noun}."
            ),
            _ => ("worker-ended", $"The worker ended with code {exitCode} without a last word{LastWords(logFile)}", look),
        };
        return new(code == "folder-read-only" ? RunState.Failed : RunState.Interrupted, code, what, whatToDo);
    }

    /// <summary>Why a file cannot be made in the folder; null where it can.</summary>
    static string? NotWritable(string folder)
    {
        try
        {
            using var probe = new FileStream(
                Path.Combine(folder, ".write-probe"),
                FileMode.Create,
                FileAccess.Write,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
            probe.WriteByte(0);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    static string LastWords(string logFile)
    {
        try
        {
            var line = File.ReadLines(logFile).LastOrDefault(l => l.Trim().Length > 0)?.Trim() ?? "";
            return line.Length == 0 ? "" : ": " + line[..Math.Min(line.Length, 300)];
        }
        catch (IOException)
        {
            return "";
        }
    }
}
