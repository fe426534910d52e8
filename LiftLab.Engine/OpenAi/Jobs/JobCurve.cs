using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi.Jobs;

/// <summary>Turns a job's events into the steps of a loss curve, each once and in order.</summary>
/// <param name="member">Which of several jobs side by side this is, from 0.</param>
/// <param name="jobs">Number of jobs side by side.</param>
sealed class JobCurve(int member, int jobs, double? rate, int? epochs, IProgress<LearningEvent>? progress)
{
    readonly HashSet<string> seen = new(StringComparer.Ordinal);
    int lastStep;
    double bestLoss = double.PositiveInfinity;
    (long At, int Step)? first;

    /// <summary>Events that were not seen before, as the service lists them: newest first.</summary>
    public bool IsNews(JsonObject e) => Fields.Text(e, "id") is not { } id || seen.Add(id);

    /// <summary>Reports events in the order of time.</summary>
    public void Report(IEnumerable<JsonObject> oldestFirst)
    {
        foreach (var e in oldestFirst)
        {
            var data = e["data"] as JsonObject ?? [];
            if (Fields.Whole(data, "step") is { } step && Fields.Number(data, "train_loss") is { } loss)
                Step((int)step, loss, data, Fields.Whole(e, "created_at") ?? 0);
            else if (Fields.Text(e, "message") is { } message)
                progress?.Report(
                    new Noted(
                        (jobs > 1 ? FormattableString.Invariant($"rate {rate}: ") : "") + message,
                        Fields.Text(e, "level") is "warn" or "error"
                    )
                );
        }
    }

    void Step(int step, double loss, JsonObject data, long at)
    {
        if (step <= lastStep)
            return;
        lastStep = step;
        first ??= (at, step);
        var steps = (int)Math.Max(step, Fields.Whole(data, "total_steps") ?? 0);
        var epoch = Fields.Number(data, "epoch") ?? (epochs is { } planned ? (double)planned * step / steps : (double)step / steps);
        var pace = first is var (since, from) && step > from ? (double)(at - since) / (step - from) : 0;
        progress?.Report(
            new TrainingStep(step, steps, epoch, loss, Fields.Number(data, "learning_rate") ?? rate ?? 0, 0, pace * (steps - step))
            {
                Member = member,
                Apart = jobs > 1,
            }
        );
        if ((Fields.Number(data, "full_valid_loss") ?? Fields.Number(data, "valid_loss")) is not { } valid)
            return;
        var best = valid < bestLoss;
        bestLoss = Math.Min(bestLoss, valid);
        // Another LiftLab tells the share of right labels; the accuracies of other services are those of tokens.
        var accuracy = Fields.Number(data, "valid_accuracy");
        var metric = accuracy is null ? null : Metrics.Accuracy.Name;
        progress?.Report(new Validated(step, epoch, valid, metric, accuracy, best) { Member = member, Apart = jobs > 1 });
    }
}
