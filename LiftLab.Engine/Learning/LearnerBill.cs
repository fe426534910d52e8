using System.Text.Json.Nodes;

namespace LiftLab.Engine.Learning;

/// <summary>What a learner has cost at a provider, as it stands in the settings of its result.</summary>
/// <param name="Trained">Tokens that were trained.</param>
/// <param name="Asked">Tokens of prompts.</param>
/// <param name="Answered">Tokens that the model generated.</param>
/// <param name="Dollars">Null where the list of prices had none for the model.</param>
public sealed record LearnerBill(long Trained, long Asked, long Answered, decimal? Dollars)
{
    /// <summary>Its name among the settings.</summary>
    public const string Setting = "bill";

    const string TrainedName = "trainedTokens",
        AskedName = "promptTokens",
        AnsweredName = "answerTokens",
        DollarsName = "dollars";

    /// <summary>Null for a learner that computes on this machine.</summary>
    public static LearnerBill? Of(JsonObject? settings) =>
        settings?[Setting] is JsonObject bill
            ? new(
                Read<long>(bill, TrainedName) ?? 0,
                Read<long>(bill, AskedName) ?? 0,
                Read<long>(bill, AnsweredName) ?? 0,
                Read<decimal>(bill, DollarsName)
            )
            : null;

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            [TrainedName] = Trained,
            [AskedName] = Asked,
            [AnsweredName] = Answered,
        };
        if (Dollars is { } dollars)
            json[DollarsName] = dollars;
        return json;
    }

    static T? Read<T>(JsonObject bill, string name)
        where T : struct => bill[name] is JsonValue value && value.TryGetValue(out T number) ? number : null;
}
