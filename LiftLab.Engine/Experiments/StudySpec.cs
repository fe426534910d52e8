using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Experiments;

/// <summary>What a person asked: a question with tables, learners, levels and seeds, as <c>study.json</c> in the study's folder.</summary>
/// <param name="Id">Also the folder's name.</param>
/// <param name="Experiment">Name in <see cref="ExperimentList"/>.</param>
/// <param name="Learners">The first is the subject; the others are compared with it.</param>
/// <param name="Seeds">Each is the seed of a split, of the perturbations and of learning.</param>
public sealed record StudySpec(
    string Id,
    string Name,
    DateTimeOffset Created,
    string Experiment,
    IReadOnlyList<StudyTable> Tables,
    IReadOnlyList<LearnerSpec> Learners,
    IReadOnlyList<int> Seeds
)
{
    /// <summary>The format version of study folders that this LiftLab writes.</summary>
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;
    public Protocol Protocol { get; init; }

    /// <summary>Who has started it, by the name in the lab where it was started; null where nobody signs in.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The perturbations of the question, each a panel of the figure; empty for a question without them.</summary>
    public IReadOnlyList<StudyKind> Kinds { get; init; } = [];
}

/// <summary>Whose protocol a study follows.</summary>
public enum Protocol
{
    /// <summary>Ours: every seed has its own validation rows and perturbation; settings are chosen on validation rows.</summary>
    Clean,

    /// <summary>The paper's: its levels and its seeds of perturbations; see <see cref="Experiment.Deviations"/>.</summary>
    Paper,
}

/// <summary>One perturbation of a study with its levels.</summary>
/// <param name="Kind">Name in <c>PerturbationList</c>.</param>
/// <param name="Way">One of the kind's ways; null for its first.</param>
/// <param name="Levels">In the unit of the kind's axis, without the clean level, from weak to strong.</param>
public sealed record StudyKind(string Kind, string? Way, IReadOnlyList<double> Levels)
{
    /// <summary>Unique in a study: "label-noise/pair".</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Name => Way is null ? Kind : $"{Kind}/{Way}";

    /// <summary>For people: "Wrong labels, pair".</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Title => PerturbationList.Find(Kind).Title + (Way is null ? "" : $", {Way}");
}

/// <summary>A table of a study, copied into its folder as plain CSV.</summary>
/// <param name="File">File name in the study's folder <c>tables</c>.</param>
/// <param name="Key">Content key of the table, see <see cref="TableKey"/>.</param>
/// <param name="Rows">Number of data rows.</param>
public sealed record StudyTable(string Name, string File, string Key, int Rows, Schema Schema)
{
    /// <summary>Id of the dataset that was copied; null where there is none.</summary>
    public string? Dataset { get; init; }
}
