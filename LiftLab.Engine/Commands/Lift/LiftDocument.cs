using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands.Lift;

/// <summary>
/// The document that <c>lift --json</c> prints: the results of one split under <c>task, rows, lift, ways, baselines, verdict</c>.
/// <c>ways</c> lists LIFT's ways to predict, the fine-tuned model first. With several splits, the top-level scores are means over splits
/// with standard deviations, and <c>splits</c> holds the document of each split.
/// </summary>
static class LiftDocument
{
    public static JsonObject Of(IReadOnlyList<RunReport> reports)
    {
        if (reports.Count == 1)
            return One(reports[0]);
        var first = reports[0];
        return new()
        {
            ["task"] = Node(first.Task),
            ["rows"] = Node(first.Rows),
            ["lift"] = Mean([.. reports.Select(r => r.Learner)]),
            ["ways"] = new JsonArray([Mean([.. reports.Select(r => r.Learner)]), .. Means(reports, ways: true)]),
            ["baselines"] = new JsonArray([.. Means(reports, ways: false)]),
            ["splits"] = new JsonArray([.. reports.Select(One)]),
        };
    }

    static IEnumerable<JsonObject> Means(IReadOnlyList<RunReport> reports, bool ways) =>
        Enumerable
            .Range(0, reports[0].Baselines.Count)
            .Where(i => LiftWays.Has(reports[0].Baselines[i].Learner) == ways)
            .Select(i => Mean([.. reports.Select(r => r.Baselines[i])]));

    static JsonObject One(RunReport report)
    {
        var lift = Learner(report.Learner);
        lift["seconds"] = new JsonObject { ["train"] = report.Seconds.Train, ["predict"] = report.Seconds.Predict };
        lift["tokens_per_second"] = report.TokensPerSecond;
        lift["best_epoch"] = report.BestEpoch;
        return new()
        {
            ["task"] = Node(report.Task),
            ["rows"] = Node(report.Rows),
            ["lift"] = lift,
            ["ways"] = new JsonArray([Learner(report.Learner), .. report.Baselines.Where(b => LiftWays.Has(b.Learner)).Select(Learner)]),
            ["baselines"] = new JsonArray([.. report.Baselines.Where(b => !LiftWays.Has(b.Learner)).Select(Learner)]),
            ["verdict"] = Node(report.Verdict),
            ["notes"] = Node(report.Notes ?? []),
            ["seconds"] = Node(report.Seconds),
        };
    }

    static JsonObject Learner(LearnerResult result) =>
        new()
        {
            ["name"] = result.Learner,
            ["scores"] = new JsonArray([
                .. result.Scores.Select(s => new JsonObject
                {
                    ["metric"] = s.Metric,
                    ["value"] = s.Value,
                    ["low"] = s.Low,
                    ["high"] = s.High,
                    ["no_interval"] = s.NoInterval,
                    ["n"] = s.Count,
                    ["unreadable"] = s.Unreadable,
                }),
            ]),
            ["settings"] = result.Settings?.DeepClone(),
            ["seconds"] = result.FitSeconds + result.PredictSeconds,
            ["failure"] = result.Failure,
        };

    static JsonObject Mean(IReadOnlyList<LearnerResult> results)
    {
        var scores = new JsonArray();
        foreach (var metric in results.SelectMany(r => r.Scores).Select(s => s.Metric).Distinct(StringComparer.Ordinal))
        {
            Score[] all = [.. results.SelectMany(r => r.Scores).Where(s => s.Metric == metric)];
            var mean = all.Average(s => s.Value);
            scores.Add(
                new JsonObject
                {
                    ["metric"] = metric,
                    ["value"] = mean,
                    ["deviation"] = all.Length < 2 ? null : Math.Sqrt(all.Sum(s => (s.Value - mean) * (s.Value - mean)) / (all.Length - 1)),
                    ["n"] = all.Sum(s => s.Count),
                    ["unreadable"] = all.Sum(s => s.Unreadable),
                    ["splits"] = all.Length,
                }
            );
        }
        return new()
        {
            ["name"] = results[0].Learner,
            ["scores"] = scores,
            ["seconds"] = results.Average(r => r.FitSeconds + r.PredictSeconds),
        };
    }

    static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, RunJson.Line);
}
