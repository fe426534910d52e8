using System.Globalization;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments.Robustness;

/// <summary>What a curve shows, in one word.</summary>
public enum RobustnessFinding
{
    /// <summary>Not enough levels are answered.</summary>
    Open,

    /// <summary>The clean skill is not above chance.</summary>
    NothingToLose,

    /// <summary>Less than 2 points are lost, and at most 5 within the interval.</summary>
    Holds,

    /// <summary>A loss, but more than half of the skill is kept.</summary>
    Bends,

    /// <summary>Half of the skill is lost at some level.</summary>
    Breaks,

    /// <summary>The interval allows both.</summary>
    CannotTell,
}

/// <summary>One sentence per perturbation about the subject of a study, with p-values corrected over the perturbations (Holm).</summary>
/// <param name="Words">With numbers and intervals.</param>
public sealed record RobustnessVerdict(string Table, string Panel, string Series, RobustnessFinding Finding, string Words)
{
    const double SmallLoss = 0.02,
        LargestLoss = 0.05,
        Level = 0.05;

    /// <param name="title">The title of a learner by name.</param>
    public static IReadOnlyList<RobustnessVerdict> Of(StudySpec study, RobustnessBoard board, Func<string, string> title)
    {
        var subject = study.Learners[0].Name;
        RobustnessCurve[] curves = [.. board.Curves.Where(c => c.Series == subject)];
        var corrected = Holm.Adjust([.. curves.Select(c => c.LossPValue)]);
        int[] tested = [.. Enumerable.Range(0, curves.Length).Where(i => curves[i].LossOverSplits?.PValue is not null)];
        var overSplits = Holm.Adjust([.. tested.Select(i => curves[i].LossOverSplits!.PValue!.Value)]);
        return
        [
            .. curves.Select(
                (c, i) => Of(study, board, c, corrected[i], Array.IndexOf(tested, i) is >= 0 and var at ? overSplits[at] : null, title)
            ),
        ];
    }

    static RobustnessVerdict Of(
        StudySpec study,
        RobustnessBoard board,
        RobustnessCurve curve,
        double p,
        double? overSplits,
        Func<string, string> title
    )
    {
        var kind = study.Kinds.First(k => k.Name == curve.Panel);
        var axis = PerturbationList.Find(kind.Kind).Axis;
        var (finding, words) = Find(curve, p, axis, board.TestRows, title(curve.Series));
        return new(
            curve.Table,
            curve.Panel,
            curve.Series,
            finding,
            words + OverSplits(finding, curve, overSplits) + Radius(curve, axis) + Beside(board, curve, title)
        );
    }

    /// <summary>The test over the splits, which share training rows, beside the intervals over seeds and test rows.</summary>
    static string OverSplits(RobustnessFinding finding, RobustnessCurve curve, double? p)
    {
        if (p is not { } value || finding is RobustnessFinding.Open or RobustnessFinding.NothingToLose)
            return "";
        var says = value < 0.001 ? "p < 0.001" : string.Create(CultureInfo.InvariantCulture, $"p = {value:0.000}");
        var alone =
            value >= Level && finding is (RobustnessFinding.Bends or RobustnessFinding.Breaks)
                ? ", so that the splits alone do not show it"
                : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $" Corrected t-test of the loss over {curve.LossOverSplits!.Splits} splits: {says}{alone}."
        );
    }

    static string Radius(RobustnessCurve curve, LevelAxis axis) =>
        curve is { Radius: { } radius, Strongest: { } strongest }
            ? double.IsFinite(radius.Value)
                ? $" Half of the rows change their answer at {At(radius.Value, axis)} ({Bound(radius.Low, strongest, axis)} to {Bound(radius.High, strongest, axis)})."
                : $" More than half of the rows keep their answer at {At(strongest.Level, axis)}."
            : "";

    static (RobustnessFinding, string) Find(RobustnessCurve curve, double p, LevelAxis axis, int rows, string who)
    {
        if (curve is not { Loss: { } loss, Strongest: { } strongest })
            return (RobustnessFinding.Open, $"{who}: not enough levels are answered yet.");
        if (!curve.HasSkill)
            return (
                RobustnessFinding.NothingToLose,
                $"{who} has nothing to lose: even without changes it is not clearly better than a constant answer."
            );
        var at = At(strongest.Level, axis);
        var loses = loss.Value < 0 ? "gains" : "loses";
        var (low, high) = loss.Value < 0 ? (-loss.High, -loss.Low) : (loss.Low, loss.High);
        var lost = $"{Points(Math.Abs(loss.Value))} points at {at} ({Points(low)} to {Points(high)})";
        if (curve.BreakDown is { } broken && double.IsFinite(broken.Value) && p < Level)
            return (
                RobustnessFinding.Breaks,
                $"{who} breaks at {At(broken.Value, axis)} ({Bound(broken.Low, strongest, axis)} to {Bound(broken.High, strongest, axis)}): there half of its skill is lost."
            );
        if (loss.Value < SmallLoss && loss.High < LargestLoss && loss.Low > -LargestLoss)
            return (RobustnessFinding.Holds, $"{who} holds: it {loses} {lost}.");
        if (p < Level && loss.Value > 0)
            return (
                RobustnessFinding.Bends,
                string.Create(CultureInfo.InvariantCulture, $"{who} bends: it loses {lost} and keeps {strongest.Kept:P0} of its skill.")
            );
        return (RobustnessFinding.CannotTell, $"{who}: cannot tell with {rows} test rows. It {loses} {lost}.");
    }

    /// <summary>The comparison with the random forest, or with the first other learner.</summary>
    static string Beside(RobustnessBoard board, RobustnessCurve curve, Func<string, string> title)
    {
        var others = board
            .Curves.Where(c => c.Table == curve.Table && c.Panel == curve.Panel && c.LossBeside is not null && c.HasSkill)
            .ToArray();
        if (
            curve.Loss is null
            || (others.FirstOrDefault(c => c.Series == "rf") ?? others.FirstOrDefault()) is not { LossBeside: { } d } other
        )
            return "";
        var than =
            other.LossBesidePValue < Level
                ? d.Value < 0
                    ? "less than"
                    : "more than"
                : "about as much as";
        return $" It loses {than} {title(other.Series)} (difference {Points(d.Value)} points, {Points(d.Low)} to {Points(d.High)}).";
    }

    static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    static string Bound(double level, CurvePoint strongest, LevelAxis axis) =>
        double.IsFinite(level) ? At(level, axis) : "beyond " + At(strongest.Level, axis);

    static string At(double level, LevelAxis axis) =>
        level.ToString("0.##", CultureInfo.InvariantCulture) + (axis.Unit.Length == 0 ? "" : " " + axis.Unit);
}
