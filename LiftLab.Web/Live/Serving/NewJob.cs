namespace LiftLab.Web.Live.Serving;

/// <summary>A job that a client asks for.</summary>
/// <param name="Model">A base model's name.</param>
/// <param name="Suffix">A part of the fine-tuned model's name; null for none.</param>
/// <param name="Key">The idempotency key; null for none.</param>
/// <param name="Body">A hash of the request's body.</param>
public sealed record NewJob(
    string Model,
    string TrainingFile,
    string? ValidationFile,
    string? Suffix,
    int Seed,
    JobRecipe Recipe,
    IReadOnlyDictionary<string, string> Metadata,
    string? Key,
    string Body
);
