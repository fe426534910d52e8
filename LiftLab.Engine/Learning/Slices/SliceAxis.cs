using System.Globalization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning.Slices;

/// <summary>
/// The points along one numeric feature at which learners are asked: the range of the training rows, and beyond it on both sides by the
/// share <see cref="Target.BeyondRows"/> of its width. An integer feature gets integers only.
/// </summary>
static class SliceAxis
{
    /// <summary>On each side of a feature that has the same value in every row.</summary>
    const double BesideConstant = 0.5;

    /// <param name="size">Maximum number of points; an integer feature with fewer values gets one point per value.</param>
    /// <exception cref="BadDataException">The column is not a numeric feature, or has no number in the training rows.</exception>
    public static double[] Of(LearningTask task, string name, int size)
    {
        var column =
            task.Schema.Features.FirstOrDefault(c => c.Name == name)
            ?? throw BoundarySurface.Bad(
                name,
                "is not a feature of this run",
                "Choose one of: " + string.Join(", ", BoundarySurface.Numeric(task.Schema)) + "."
            );
        double[] cells = [.. task.Split.Train.Select(r => task.Table[name].Numbers[r]).Where(double.IsFinite)];
        if (cells.Length == 0)
            throw BoundarySurface.Bad(name, "has no numeric value in the training rows", "Choose another feature.");
        var (low, high) = (cells.Min(), cells.Max());
        var margin = high > low ? task.Target.BeyondRows * (high - low) : BesideConstant;
        if (column.Kind == ColumnKind.Integer)
        {
            if (task.Target.IsDrawnOverOne)
                return Integers(low, high, high > low ? Math.Round(margin) : 1, size);
            if (high - low < size)
                return [.. Enumerable.Range(0, (int)(high - low) + 1).Select(i => low + i)];
        }
        // Two significant digits of the step: prompts contain 5.1, not 5.100000000000001.
        var step = (high - low + (2 * margin)) / (size - 1);
        var digits = column.Kind == ColumnKind.Integer ? 0 : Math.Max(0, 1 - (int)Math.Floor(Math.Log10(step)));
        return [.. Enumerable.Range(0, size).Select(i => Rounded(low - margin + (i * step), digits)).Distinct()];
    }

    /// <summary>Integers at equal distances, the lowest of the training rows among them.</summary>
    static double[] Integers(double low, double high, double margin, int size)
    {
        var step = Math.Max(1, Math.Ceiling((high - low + (2 * margin)) / (size - 1)));
        var first = low - (step * Math.Round(margin / step));
        var count = (int)Math.Round((high + margin - first) / step) + 1;
        return [.. Enumerable.Range(0, count).Select(i => first + (i * step))];
    }

    /// <summary>
    /// The number that is nearest to the value written with these decimals, never -0. Math.Round takes at most 15 decimals; a feature can
    /// be as small as 1e-20 and need more.
    /// </summary>
    internal static double Rounded(double value, int digits)
    {
        const int MostDecimals = 15;
        var rounded =
            digits <= MostDecimals
                ? Math.Round(value, digits)
                : double.Parse(
                    value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                    CultureInfo.InvariantCulture
                );
        return rounded == 0 ? 0 : rounded;
    }
}
