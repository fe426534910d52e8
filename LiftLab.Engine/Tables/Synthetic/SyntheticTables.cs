using System.Globalization;

namespace LiftLab.Engine.Tables.Synthetic;

/// <summary>The paper's synthetic tables by name (sections 5.1 and 5.4 of its specification), equal to those of its code.</summary>
public static class SyntheticTables
{
    /// <summary>Regression functions first.</summary>
    public static IReadOnlyList<string> Functions { get; } = [.. SyntheticRegression.Functions, .. SyntheticClassification.Functions];

    /// <exception cref="ArgumentException">A setting is out of range; the message names it and its range.</exception>
    public static SyntheticTable Make(SyntheticSettings settings)
    {
        Check(settings);
        return TaskOf(settings.Function) == TaskKind.Regression
            ? SyntheticRegression.Make(settings)
            : SyntheticClassification.Make(settings);
    }

    /// <summary>A regression function without noise.</summary>
    /// <param name="x">The features.</param>
    /// <exception cref="ArgumentException">The settings' function is none of regression.</exception>
    public static double Value(SyntheticSettings settings, double[] x) => SyntheticRegression.Value(settings.Function, x, settings.Beta);

    public static TaskKind TaskOf(string function) =>
        SyntheticRegression.Functions.Contains(function) ? TaskKind.Regression : TaskKind.Classification;

    /// <summary>
    /// A grid over the features with <paramref name="resolution"/> points per axis, ends included. The last coordinate varies fastest.
    /// Columns x1 to xp, no target. Shape (resolution^dimensions rows).
    /// </summary>
    public static Table Grid(double low, double high, int resolution, int dimensions)
    {
        if (resolution < 1 || dimensions < 1 || Math.Pow(resolution, dimensions) > 1e7)
            throw new ArgumentException(
                $"a grid of {resolution} points per axis over {dimensions} axes: both must be 1 or more, and the grid at most 10 million points"
            );
        var axis = Linspace(low, high, resolution, endpoint: true);
        var count = (int)Math.Pow(resolution, dimensions);
        return new(
            "grid",
            [
                .. Enumerable
                    .Range(0, dimensions)
                    .Select(d =>
                    {
                        var stride = (int)Math.Pow(resolution, dimensions - 1 - d);
                        return new Column($"x{d + 1}", [.. Enumerable.Range(0, count).Select(i => Text(axis[i / stride % resolution]))]);
                    }),
            ]
        );
    }

    /// <summary>Schema of a table with features x1, x2, … and the given target column.</summary>
    internal static Schema SchemaOf(int dimensions, string target, TaskKind task, bool integer) =>
        new(
            [
                .. Enumerable.Range(1, dimensions).Select(d => new ColumnSchema($"x{d}", integer ? ColumnKind.Integer : ColumnKind.Number)),
                new ColumnSchema(
                    target,
                    integer || task == TaskKind.Classification ? ColumnKind.Integer : ColumnKind.Number,
                    ColumnRole.Target
                ),
            ],
            task
        );

    internal static Column[] FeatureColumns(double[][] x, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(d => new Column($"x{d + 1}", [.. x.Select(row => Text(row[d]))]))];

    internal static string Text(double x) => (x + 0.0).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>numpy's <c>linspace</c>.</summary>
    internal static double[] Linspace(double low, double high, int count, bool endpoint)
    {
        var steps = endpoint ? count - 1 : count;
        var step = (high - low) / steps;
        double[] points = [.. Enumerable.Range(0, count).Select(i => i * step + low)];
        if (endpoint && count > 1)
            points[^1] = high;
        if (count == 1)
            points[0] = low;
        return points;
    }

    static void Check(SyntheticSettings s)
    {
        if (!Functions.Contains(s.Function))
            throw new ArgumentException($"'{s.Function}' is not a function; the functions are {string.Join(", ", Functions)}");
        if (s.Dimensions is < 1 or > 1000)
            throw new ArgumentException("dimensions must be 1 to 1000");
        if (!(s.Low < s.High) || !double.IsFinite(s.Low) || !double.IsFinite(s.High))
            throw new ArgumentException("low must be less than high");
        foreach (var n in (int?[])[s.Train, s.Valid, s.Test])
            if (n is < 1 or > 1_000_000)
                throw new ArgumentException("train, valid and test must be 1 to 1,000,000 rows each");
        if (s.Outliers is < 0 or > 1_000_000)
            throw new ArgumentException("outliers must be 0 to 1,000,000 rows");
        if (!(s.Noise >= 0) || !double.IsFinite(s.Noise) || !double.IsFinite(s.Beta))
            throw new ArgumentException("noise must be 0 or more, and beta a finite number");
        if (s.Seed < 0 || s.DataSeed < 0)
            throw new ArgumentException("seeds must be 0 or more");
        if (
            TaskOf(s.Function) == TaskKind.Classification
            && (s.Dimensions != 1 && s.Dimensions != 2 || s.Integer || s.Donut || s.Outliers > 0)
        )
            throw new ArgumentException(
                $"'{s.Function}' is a classification table with two features: integer, donut, outliers and other dimensions apply to the regression functions only"
            );
    }
}
