using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands.Lift;

/// <summary>The text output of <c>lift</c>: each learner with its main score, and the verdict.</summary>
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
        output.WriteLine($"{"learner", -28}{metric, 10}  {(reports.Count > 1 ? "s.d. over splits" : "95 % interval"), -18}{"seconds", 9}");
        LearnerResult[][] learners =
        [
            [.. reports.Select(r => r.Learner)],
            .. first.Baselines.Select((_, i) => reports.Select(r => r.Baselines[i]).ToArray()),
        ];
        foreach (var results in learners)
            output.WriteLine(Line(results));
        output.WriteLine();
        foreach (var report in reports)
            output.WriteLine((reports.Count > 1 ? "Split: " : "") + report.Verdict.Words);
    }

    static string Line(LearnerResult[] results)
    {
        double[] values = [.. results.Where(r => r.Scores.Count > 0).Select(r => r.Scores[0].Value)];
        if (values.Length == 0)
            return $"{results[0].Title, -28}  {results[0].Failure}";
        var mean = values.Average();
        var spread =
            results.Length > 1
                ? values.Length < 2
                    ? ""
                    : $"± {Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)).ToString("0.0000", CultureInfo.InvariantCulture)}"
                : results[0].Scores[0] is { Low: { } low, High: { } high }
                    ? string.Create(CultureInfo.InvariantCulture, $"{low:0.0000} to {high:0.0000}")
                    : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{results[0].Title, -28}{mean, 10:0.0000}  {spread, -18}{results.Average(r => r.FitSeconds + r.PredictSeconds), 9:0.00}"
        );
    }
}
