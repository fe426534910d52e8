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
        var metric = first.Learner.Scores is [var head, ..] ? head.Metric : "score";
        string[] notes = [.. reports.SelectMany(r => r.Notes ?? []).Distinct()];
        var balanced = notes.Length > 0;
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
            output.WriteLine(Line(results, balanced));
        output.WriteLine();
        foreach (var why in reports.SelectMany(r => r.Learner.Scores.Take(1)).Select(s => s.NoInterval).OfType<string>().Distinct())
            output.WriteLine($"No interval: {why}.");
        foreach (var note in notes)
            output.WriteLine(note);
        foreach (var report in reports)
            output.WriteLine((reports.Count > 1 ? "Split: " : "") + report.Verdict.Words);
    }

    static string Line(LearnerResult[] results, bool balanced)
    {
        double[] values = [.. results.Where(r => r.Scores.Count > 0).Select(r => r.Scores[0].Value)];
        if (values.Length == 0)
            return $"{results[0].Title, -28}  {results[0].Failure}";
        var mean = values.Average();
        var spread =
            results.Length > 1
                ? values.Length < 2
                    ? ""
                    : "± " + NumberWords.Of(Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)))
                : results[0].Scores[0] is { Low: { } low, High: { } high }
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
