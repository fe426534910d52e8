using System.Globalization;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments.Robustness;

/// <summary>The board as a table: one row per table, perturbation and learner, with the numbers that sum up a curve.</summary>
public static class BoardTable
{
    /// <param name="title">The title of a learner by name.</param>
    public static DataTable Of(StudySpec study, RobustnessBoard board, Func<string, string> title)
    {
        RobustnessCurve[] curves = [.. board.Curves.Where(c => c.Points.Count > 0)];
        return DataTable.Of(
            [
                "table",
                "perturbation",
                "learner",
                "area",
                "area change",
                "half of the skill lost at",
                "corruption error",
                "relative corruption error",
                "errors above clean, points",
                "crosses the first learner at",
                "median radius",
            ],
            curves.Length,
            i =>
            {
                var c = curves[i];
                return
                [
                    c.Table,
                    c.Panel,
                    title(c.Series),
                    Text(c.Area),
                    Text(c.AreaChange),
                    Level(c.BreakDown, c, study),
                    Text(c.CorruptionError),
                    Text(c.RelativeCorruptionError),
                    Text(100 * c.ErrorPoints),
                    Text(c.Crossing),
                    Level(c.Radius, c, study),
                ];
            }
        );
    }

    /// <summary>A level, or "beyond 40" where it is not reached.</summary>
    static string Level(Estimate? level, RobustnessCurve curve, StudySpec study)
    {
        if (level is null || curve.Strongest is not { } strongest)
            return "";
        var axis = PerturbationList.Find(study.Kinds.First(k => k.Name == curve.Panel).Kind).Axis;
        var text = double.IsFinite(level.Value) ? Text(level.Value) : "beyond " + Text(strongest.Level);
        return axis.Unit.Length == 0 ? text : $"{text} {axis.Unit}";
    }

    static string Text(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
