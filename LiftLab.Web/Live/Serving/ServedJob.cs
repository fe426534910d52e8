using System.Globalization;

namespace LiftLab.Web.Live.Serving;

/// <summary>What a client has asked for, as <c>served.json</c> in the run's folder. The state is the run's.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Model">The base model's name.</param>
/// <param name="FineTuned">The name of the model when it is done.</param>
/// <param name="Epochs">Those of the recipe, whoever has chosen them; as the following two.</param>
/// <param name="TokensPerEpoch">Tokens of all training texts, prompts and completions.</param>
/// <param name="Key">The idempotency key of the request; null for none.</param>
/// <param name="Body">A hash of the request's body.</param>
public sealed record ServedJob(
    string Run,
    string Model,
    string FineTuned,
    string TrainingFile,
    string? ValidationFile,
    string? Suffix,
    int Seed,
    int Epochs,
    int BatchSize,
    double RateMultiplier,
    IReadOnlyDictionary<string, string> Metadata,
    long TokensPerEpoch,
    DateTimeOffset Created,
    string? Key,
    string Body
)
{
    const string Prefix = "ftjob-",
        Checkpoint = ":ckpt-step-";

    public string Id => Prefix + Run;

    /// <summary>The id of the file with the job's curve.</summary>
    public string ResultFile => "file-result-" + Run;

    /// <summary>The run of a job's id; null where it is none.</summary>
    public static string? RunOf(string id) => id.StartsWith(Prefix, StringComparison.Ordinal) ? id[Prefix.Length..] : null;

    /// <summary>The name of the model of an epoch.</summary>
    public string CheckpointName(int step) => string.Create(CultureInfo.InvariantCulture, $"{FineTuned}{Checkpoint}{step}");

    /// <summary>The parts of a model's name: that of the job's model, and the step of a checkpoint, or null.</summary>
    public static (string FineTuned, int? Step) Parts(string name) =>
        name.LastIndexOf(Checkpoint, StringComparison.Ordinal) is > 0 and var at
        && int.TryParse(name[(at + Checkpoint.Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? (name[..at], step)
            : (name, null);
}
