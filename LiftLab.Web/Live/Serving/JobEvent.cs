using System.Text.Json.Nodes;

namespace LiftLab.Web.Live.Serving;

/// <summary>An event of a job.</summary>
/// <param name="Level">"info", "warn" or "error".</param>
/// <param name="Metrics">Of a step; null for a message.</param>
public sealed record JobEvent(string Id, DateTimeOffset At, string Level, string Message, JobMetrics? Metrics = null);

/// <summary>The measures of a step.</summary>
/// <param name="Accuracy">Share of the validation rows with the right answer; null where it is not known.</param>
public sealed record JobMetrics(
    int Step,
    int Steps,
    double Epoch,
    double LearningRate,
    double TrainLoss,
    double? ValidLoss = null,
    double? Accuracy = null
)
{
    public JsonObject Json()
    {
        var json = new JsonObject
        {
            ["step"] = Step,
            ["total_steps"] = Steps,
            ["epoch"] = Epoch,
            ["learning_rate"] = LearningRate,
            ["train_loss"] = Finite(TrainLoss),
        };
        if (ValidLoss is { } loss)
            (json["valid_loss"], json["full_valid_loss"]) = (Finite(loss), Finite(loss));
        if (Accuracy is { } accuracy)
            json["valid_accuracy"] = Finite(accuracy);
        return json;
    }

    /// <summary>JSON has no other numbers.</summary>
    static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
