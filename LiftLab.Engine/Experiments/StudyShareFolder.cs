using System.Globalization;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Experiments;

/// <summary>
/// What one share of a study has to itself, <c>shares/K</c>: the log of its attempts, the output of its worker, checkpoints. Its answers go
/// into the study's folder, and the study's request to cancel is also its own.
/// </summary>
public sealed class StudyShareFolder(StudyFolder study, int index) : IEventFolder
{
    public string Path { get; } = System.IO.Path.Combine(study.Path, "shares", index.ToString(CultureInfo.InvariantCulture));
    public string Id => FormattableString.Invariant($"{study.Id}, share {index}");
    public string AttemptsFolder => In("attempts");
    public string WorkFolder => In("work");
    public string LogFile => In(StudyFolder.LogName);
    public string StopFile => study.StopFile;
    public string CancelFile => study.CancelFile;
    public string PauseFile => ((IEventFolder)study).PauseFile;

    /// <summary>If this file exists, failed cells of the share are tried again.</summary>
    public string RetryFile => In("retry");

    public string AttemptFile(int attempt) => System.IO.Path.Combine(AttemptsFolder, $"{attempt:000}.jsonl");

    public int LastAttempt => Runs.Events.AttemptFile.Numbers(this) is [.., var last] ? last : 0;

    /// <summary>The state of the share as its own log tells it.</summary>
    public StudyStory ReadStory() => Directory.Exists(Path) ? StudyStory.Read(this) : new();

    /// <summary>The failures that are still in force: those that its log tells, or before its first attempt those of the study.</summary>
    public IReadOnlyDictionary<string, CellFailed> Failures(StudyStory own, StudyStory whole) =>
        File.Exists(RetryFile) ? new Dictionary<string, CellFailed>()
        : own.Planned is null ? whole.Failed
        : own.Failed;

    /// <summary>Whether the study has an answer, or a reason why there is none, under every key of the share.</summary>
    public bool IsDone(IEnumerable<PlannedFit> fits, StudyStory own, StudyStory whole)
    {
        var (store, failures) = (study.Answers, Failures(own, whole));
        return fits.All(f => f.Probes.All(p => store.Has(p.Key.Hash) || failures.ContainsKey(p.Key.Hash)));
    }

    string In(string name) => System.IO.Path.Combine(Path, name);
}
