using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The specification of a run, as <c>spec.json</c> in its folder. With the copied table, the folder alone reproduces a result.
/// </summary>
/// <param name="Id">Also the folder's name: date, time and a few random letters, so that names sort by age.</param>
/// <param name="Table">File name of the copied table inside the run folder.</param>
/// <param name="SplitSeed">Seed of the train/validation/test split, the same for every learner of the run.</param>
/// <param name="Learner">The main learner: "lift" with its settings (base model, template, recipe, decoding).</param>
/// <param name="Baselines">Learners for comparison on the same split, in this order.</param>
/// <param name="Seed">Seed of all random numbers in learning.</param>
/// <param name="Boundary">The features over which the answers are drawn during training; null for none.</param>
public sealed record RunSpec(
    string Id,
    string Name,
    DateTimeOffset Created,
    string Table,
    Schema Schema,
    int SplitSeed,
    int Seed,
    LearnerSpec Learner,
    IReadOnlyList<LearnerSpec> Baselines,
    FeaturePair? Boundary = null
)
{
    /// <summary>The format version of run folders that this LiftLab writes; <see cref="RunFormat"/> upgrades older ones.</summary>
    public const int CurrentVersion = 4;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The main learner, then the others.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<LearnerSpec> Learners => [Learner, .. Baselines];

    /// <summary>How the copied table is read; null to detect it from the content.</summary>
    public TableReadOptions? Reading { get; init; }

    /// <summary>How the table's original file was read; tables for prediction are read alike. Null: not known.</summary>
    public TableReadOptions? Source { get; init; }

    /// <summary>
    /// The steps that were done on the original file's table before it was copied, with computed values written out; rows for prediction
    /// take those that keep rows. Null: none.
    /// </summary>
    public IReadOnlyList<TableStep>? Steps { get; init; }

    /// <summary>The lab's dataset from which the table was copied; null for a table that was never a dataset.</summary>
    public TableOrigin? Origin { get; init; }

    /// <summary>Who has started it, by the name in the lab where it was started; null where nobody signs in.</summary>
    public string? StartedBy { get; init; }
}

/// <summary>A dataset of a lab, as it was at the start.</summary>
/// <param name="Version">The number of its version; null for runs that were made before datasets had versions.</param>
/// <param name="VersionName">What the version is called.</param>
public sealed record TableOrigin(Guid Dataset, string Name, int? Version = null, string? VersionName = null)
{
    /// <summary><see cref="VersionWords"/> of a table that was changed; null for the first version.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? ChangedWords => Version > 1 ? VersionWords : null;

    /// <summary>"version 3 (without duplicates)"; null where it is not known.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? VersionWords => Version is null ? null : $"version {Version}{(VersionName is null ? "" : $" ({VersionName})")}";
}

/// <summary>The features over which a picture of the answers is drawn.</summary>
/// <param name="X">A numeric feature.</param>
/// <param name="Y">Another numeric feature, for a decision boundary or a response surface; a category column, for a response curve with one
/// line per category; null, for a response curve of one line.</param>
public sealed record FeaturePair(string X, string? Y = null)
{
    /// <summary>Whether the picture is a response curve, over one numeric feature.</summary>
    public bool IsCurve(Schema schema) => Y is null || schema.Features.FirstOrDefault(f => f.Name == Y) is { } f && !f.Kind.IsNumeric();

    /// <summary>"decision boundary", "response surface" or "response curve".</summary>
    public string PictureName(Schema schema) => IsCurve(schema) ? Target.CurveName : Target.Of(schema.Task, []).SurfaceName;
}
