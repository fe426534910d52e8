using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands.Lift;

/// <summary>
/// The text output of <c>lift</c>: each learner with its main score, the verdict, and what limits it. Uneven classes add a column of
/// balanced accuracy.
/// </summary>
static class LiftTable
{
    public static void Write(TextWriter output, IReadOnlyList<RunReport> reports)
    {
        var first = reports[0];
        output.WriteLine(
            $"{first.Name}: {first.Target}, {first.Rows.Train} training, {first.Rows.Valid} validation, {first.Rows.Test} test rows{(reports.Count > 1 ? $", {reports.Count} splits" : "")}"
        );
        output.WriteLine();
        var metric = Target.Of(first.Task, first.Labels).Headline.Name;
        string[] notes = [.. reports.SelectMany(r => r.Notes ?? []).Distinct()];
        var balanced = first.Labels.Count > 0 && notes.Length > 0;
        output.WriteLine(
            $"{"learner", -28}{metric, 10}  {(reports.Count > 1 ? "s.d. over splits" : "95 % interval"), -18}"
                + $"{(balanced ? $"{"balanced", 10}" : "")}{"seconds", 9}"
        );
        LearnerResult[][] learners =
        [
            [.. reports.Select(r => r.Learner)],
            .. first.Baselines.Select((_, i) => reports.Select(r => r.Baselines[i]).ToArray()),
        ];
        foreach (var results in learners)
            output.WriteLine(Line(results, metric, balanced));
        output.WriteLine();
        foreach (var why in reports.Select(r => Score(r.Learner, metric)?.NoInterval).OfType<string>().Distinct())
            output.WriteLine($"No interval: {why}.");
        foreach (var note in notes)
            output.WriteLine(note);
        foreach (var report in reports)
            output.WriteLine((reports.Count > 1 ? "Split: " : "") + report.Verdict.Words);
    }

    static Score? Score(LearnerResult result, string metric) => result.Scores.FirstOrDefault(s => s.Metric == metric);

    static string Line(LearnerResult[] results, string metric, bool balanced)
    {
        Score[] scores = [.. results.Select(r => Score(r, metric)).OfType<Score>()];
        double[] values = [.. scores.Select(s => s.Value)];
        if (values.Length == 0)
            return $"{results[0].Title, -28}  {results[0].Failure ?? "no readable answer"}";
        var mean = values.Average();
        var spread =
            results.Length > 1
                ? values.Length < 2
                    ? ""
                    : "± " + NumberWords.Of(Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)))
                : scores[0] is { Low: { } low, High: { } high }
                    ? $"{NumberWords.Of(low)} to {NumberWords.Of(high)}"
                    : "none";
        return $"{results[0].Title, -28}{NumberWords.Of(mean), 10}  {spread, -18}{(balanced ? $"{Balanced(results), 10}" : "")}"
            + string.Create(CultureInfo.InvariantCulture, $"{results.Average(r => r.FitSeconds + r.PredictSeconds), 9:0.00}");
    }

    static string Balanced(LearnerResult[] results)
    {
        double[] values = [.. results.SelectMany(r => r.Scores).Where(s => s.Metric == Metrics.BalancedAccuracy.Name).Select(s => s.Value)];
        return values.Length == 0 ? "" : NumberWords.Of(values.Average());
    }
}
