using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Web.Charts;
using LiftLab.Web.Parts;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Report;

public sealed partial class RunDocument
{
    const int MostUnreadable = 60;

    static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Parameter, EditorRequired]
    public RunFindings Found { get; set; } = default!;

    /// <summary>The events of the run.</summary>
    [Parameter, EditorRequired]
    public RunStory Story { get; set; } = default!;

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    RunSpec Spec => Found.Run.Spec;
    LearningTask Task => Found.Run.Task;
    bool Classes => Task.Target is Target.Classes;
    AttemptStarted? Started => Story.Started;
    LossCurve Curve => Story.Losses;
    (double, double)? bounds;
    BoundaryRows? rows;

    IReadOnlyList<LearnerResult> Results { get; set; } = [];
    IReadOnlyList<LearnerResult> Surfaces => [.. Results.Where(r => r.Boundary is not null)];
    IReadOnlyList<LearnerOutcome> Calibrated =>
        [.. Found.Answered.Where(o => o.Answers.Any(a => a.Probabilities is not null) && o.Result.Learner != "majority")];
    IEnumerable<(string, ClassReport)> ClassRows => Found.Answered.SelectMany(o => Found.Classes(o).Select(c => (o.Result.Title, c)));

    protected override void OnParametersSet()
    {
        var headline = Found.Run.Headline;
        double Rank(LearnerResult r) =>
            r.Scores is [var s, ..]
                ? headline.HigherIsBetter
                    ? -s.Value
                    : s.Value
                : double.PositiveInfinity;
        Results = [.. Found.Outcomes.Select(o => o.Result).OrderByDescending(r => r.Learner == Spec.Learner.Name).ThenBy(Rank)];
        if (Surfaces is not [var any, ..])
            return;
        rows = BoundaryRows.Of(Task, any.Boundary!);
        bounds = SliceChart.Bounds(Surfaces.Select(s => s.Boundary!), rows);
    }

    Figure Surface(LearnerResult result) => SliceChart.Of(result.Boundary!, rows!, result.Title, bounds);

    static string GreySwatch => $"background:{FigurePalette.Unreadable(ChartTheme.Light)}";

    bool AnyUnreadable => Surfaces.Any(s => s.Boundary!.Values.Contains(null));

    string IntervalWords =>
        Classes
            ? "Wilson's for shares of rows, combined over the classes for balanced accuracy, and the bootstrap over the test rows of each "
                + "class for the other metrics"
            : "percentiles of the bootstrap over the test rows";

    /// <summary>Why scores have no interval.</summary>
    IReadOnlyList<string> Withheld =>
        [
            .. Results
                .SelectMany(r => r.Scores)
                .Where(s => s.NoInterval is not null)
                .GroupBy(s => s.NoInterval!)
                .Select(g => $"{string.Join(", ", g.Select(s => Metrics.Named(s.Metric).Title).Distinct())}: {g.Key}"),
        ];

    string UnreadableWords =>
        Found.Lift is null ? ""
        : Found.Unreadable.Count == 0 ? "Every answer of LIFT could be read."
        : Classes
            ? $"{Found.Unreadable.Count} of LIFT's answers could not be read: they count as wrong, except in “{Metrics.AccuracyOfReadable.Title}”."
        : $"{Found.Unreadable.Count} of LIFT's answers could not be read and are left out of the measures; "
            + $"“{Metrics.Readable.Title}” is the share that could be read.";

    string FeatureWords => string.Join(", ", Spec.Schema.Features.Select(f => $"{f.Name} ({Display.Kind(f.Kind)})"));

    string SplitWords =>
        $"{Display.Count(Task.Split.Train.Count)} training, {Display.Count(Task.Split.Valid.Count)} validation and "
        + $"{Display.Count(Task.Split.Test.Count)} test rows, the same for every learner{(Classes ? ", stratified by class" : "")}. "
        + string.Create(CultureInfo.InvariantCulture, $"Test rows are drawn with seed 0; the rest is divided with seed {Spec.SplitSeed}.");

    string TestWords =>
        Classes
            ? "McNemar's test (exact below 25 disagreements, else chi-squared with continuity correction)"
            : "Paired bootstrap of the difference of RMSE over the rows that both could answer (exact paired permutation test of the squared "
                + "errors where at most 16 rows differ)";

    string ColourWords =>
        Classes ? "The colour is the predicted class, its intensity the confidence; grey cells are unreadable answers"
        : Surfaces[0].Boundary!.IsCurve ? "Lines are predictions, bands ± 1 standard deviation; shaded: outside the training rows"
        : "The colour is the predicted value, on one scale for all learners; hatched: outside the training rows";

    string RaeWords =>
        Classes
            ? ""
            : "RAE is the sum of absolute errors divided by the sum for the mean of the targets; "
                + $"“{Metrics.RaeFiltered.Title}” uses the paper's filter: rows whose error exceeds "
                + string.Create(CultureInfo.InvariantCulture, $"{Metrics.OutlierThreshold:0} RMSE are left out of both sums.");

    static string ComputedOn(AttemptStarted started) =>
        $"{started.Device}, {started.Threads} threads" + (started.ResumedFromStep is { } step ? $", resumed from step {step}" : "");

    static string Software(AttemptStarted started) =>
        started.Versions is { } versions ? string.Join(" · ", versions.Select(v => $"{v.Key} {v.Value}")) : "not recorded by this run";

    string Points(double difference) => Classes ? Signed(100 * difference, "0.0") + " points" : Signed(difference, "G3");

    static string Signed(double value, string format) =>
        (
            value > 0 ? "+"
            : value < 0 ? "\u2212"
            : ""
        ) + Math.Abs(value).ToString(format, CultureInfo.InvariantCulture);

    static string Share(double value) => double.IsFinite(value) ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) : "–";

    static string Ece(LearnerOutcome outcome) =>
        outcome.Result.Scores.FirstOrDefault(s => s.Metric == Metrics.Ece.Name) is { } e
            ? $", ECE {Display.Value(e.Value, Metrics.Ece)}"
            : "";

    string LiftSettingsText => (Found.Lift?.Result.Settings ?? Spec.Learner.Settings)?.ToJsonString(Readable) ?? "default settings";
}
