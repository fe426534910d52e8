using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.InContext;

/// <summary>Settings of in-context prediction.</summary>
public sealed record InContextSettings
{
    public const string LearnerName = "in-context",
        BuiltIn = "lift-mini-context";

    /// <summary>
    /// A network that was pretrained on sequences of rows written with the template "coded": lift-mini-context, or a folder.
    /// </summary>
    public string Model { get; init; } = BuiltIn;

    /// <summary>
    /// Number of contexts per query row, whose probabilities are averaged. Each has its own rows, order of features and codes of classes.
    /// </summary>
    public int Contexts { get; init; } = 16;

    /// <summary>Maximum tokens of a context.</summary>
    public int Tokens { get; init; } = 512;

    /// <summary>
    /// Maximum features of a context, limited by the network's positions (the built-in network has eight). For wider tables, each context
    /// has a random selection.
    /// </summary>
    public int Features { get; init; } = 12;

    /// <summary>
    /// Exponent of the features' information about the class (see <see cref="FeatureRelevance"/>), by which that selection prefers relevant
    /// features; 0 for equal chances.
    /// </summary>
    public double Relevance { get; init; } = 0.5;

    /// <summary>
    /// Share of contexts that consist of neighbouring rows, so that the query row is compared with similar rows; the others consist of
    /// random rows.
    /// </summary>
    public double Neighbours { get; init; } = 0.5;

    /// <summary>
    /// Maximum contexts of neighbours in one draw, each around another training row. It limits the cost of very large tables; closer
    /// neighbours predict better.
    /// </summary>
    public int Centres { get; init; } = 256;

    /// <summary>
    /// Regression: maximum number of steps into which each context's numbers are divided, 2 to 10; the answer is a step, written as a
    /// digit.
    /// </summary>
    public int Steps { get; init; } = 5;

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The settings of a specification of in-context prediction, parsed once.</summary>
    /// <exception cref="ArgumentException">A setting is unknown or out of range.</exception>
    public static InContextSettings Of(LearnerSpec spec, TaskKind task) => spec.SettingsFor(task, (json, _) => Parse(json));

    /// <exception cref="ArgumentException">A setting is unknown or out of range.</exception>
    public static InContextSettings Parse(JsonObject? json)
    {
        InContextSettings settings;
        try
        {
            settings = json?.Deserialize<InContextSettings>(Json) ?? new();
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"the settings of in-context prediction cannot be read: {e.Message}", nameof(json), e);
        }
        if (
            settings.Contexts is < 1 or > 1000
            || settings.Tokens is < 32 or > 100_000
            || settings.Features < 1
            || settings.Centres < 1
            || settings.Neighbours is not (>= 0 and <= 1)
            || settings.Relevance is not (>= 0 and <= 10)
            || settings.Steps is < 2 or > ContextCodes.Count
        )
            throw new ArgumentException(
                "in-context prediction needs contexts of 1 to 1000, tokens of 32 or more, features and centres of 1 or more, neighbours of 0 to 1, relevance of 0 to 10 and steps of 2 to 10",
                nameof(json)
            );
        return settings;
    }

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();
}
