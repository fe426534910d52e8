using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.InContext;

/// <summary>How rows are predicted from rows in the context, without training.</summary>
public sealed record InContextSettings
{
    public const string LearnerName = "in-context",
        BuiltIn = "lift-mini-context";

    /// <summary>
    /// A network that was pretrained on sequences of rows written with the prompts "coded"; lift-mini-context, or a folder.
    /// </summary>
    public string Model { get; init; } = BuiltIn;

    /// <summary>
    /// Contexts that each row is asked behind and whose probabilities are averaged, each with its own rows, order of features and codes of
    /// classes.
    /// </summary>
    public int Contexts { get; init; } = 16;

    /// <summary>Tokens of a context at most.</summary>
    public int Tokens { get; init; } = 512;

    /// <summary>
    /// Features of a context at most, and no more than the network has places for (the built-in one: eight); of wider tables each context
    /// has its own, drawn at random.
    /// </summary>
    public int Features { get; init; } = 12;

    /// <summary>
    /// How much features that alone say more about the class are preferred in that draw: the power of their information (see <see
    /// cref="FeatureRelevance"/>); 0 draws all alike.
    /// </summary>
    public double Relevance { get; init; } = 0.5;

    /// <summary>
    /// Share of contexts whose rows are neighbours of each other, so that the asked row meets its like; the others' are drawn at random.
    /// </summary>
    public double Neighbours { get; init; } = 0.5;

    /// <summary>
    /// Contexts of neighbours that one draw has at most, each around a training row of its own. It bounds what very large tables cost;
    /// closer neighbours answer better.
    /// </summary>
    public int Centres { get; init; } = 256;

    /// <summary>
    /// Numbers as answers: steps that each context's own numbers are cut into at most, 2 to 10; a step is answered by a digit.
    /// </summary>
    public int Steps { get; init; } = 5;

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The settings of a specification of in-context prediction, parsed once.</summary>
    /// <exception cref="ArgumentException">A setting that does not exist or is out of range.</exception>
    public static InContextSettings Of(LearnerSpec spec, TaskKind task) => spec.SettingsFor(task, (json, _) => Parse(json));

    /// <exception cref="ArgumentException">A setting that does not exist or is out of range.</exception>
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
