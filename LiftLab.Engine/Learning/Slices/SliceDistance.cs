using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning.Slices;

/// <summary>
/// How far rows lie off the slice that a figure shows: the distance of their other features from the cells at which these are held. In
/// standard deviations of the training rows, as root mean square over the held features; another category counts as one standard deviation.
/// </summary>
public static class SliceDistance
{
    /// <param name="held">Cells at which features are held, by column; features left out are held at their typical cell.</param>
    /// <returns>0 for a row on the slice. Shape (rows); empty where no feature is held.</returns>
    public static IReadOnlyList<double> Of(
        LearningTask task,
        string x,
        string? y,
        IReadOnlyDictionary<string, string>? held,
        IReadOnlyList<int> rows
    )
    {
        double[][] distances =
        [
            .. task
                .Schema.Features.Where(f => f.Name != x && f.Name != y)
                .Select(f => Distances(task, f, held?.GetValueOrDefault(f.Name) ?? BoundarySurface.Typical(task, f), rows))
                .OfType<double[]>(),
        ];
        return distances.Length == 0 ? [] : [.. rows.Select((_, i) => RootMeanSquare(distances.Select(d => d[i])))];
    }

    /// <summary>Null where the feature says nothing: it is held at no value, or it is constant.</summary>
    static double[]? Distances(LearningTask task, Tables.ColumnSchema feature, string cell, IReadOnlyList<int> rows)
    {
        if (cell.Length == 0)
            return null;
        var column = task.Table[feature.Name];
        if (!feature.Kind.IsNumeric())
            return [.. rows.Select(r => column.Cells[r] == cell ? 0.0 : 1)];
        double[] known = [.. task.Split.Train.Select(r => column.Numbers[r]).Where(double.IsFinite)];
        var at = Tables.Column.ParseNumber(cell);
        var mean = known.DefaultIfEmpty(0).Average();
        var deviation = Math.Sqrt(known.Select(v => (v - mean) * (v - mean)).DefaultIfEmpty(0).Average());
        return deviation > 0 && double.IsFinite(deviation) && double.IsFinite(at)
            ? [.. rows.Select(r => Math.Abs(column.Numbers[r] - at) / deviation)]
            : null;
    }

    /// <summary>Missing cells do not count; 0 where all are missing.</summary>
    static double RootMeanSquare(IEnumerable<double> distances)
    {
        double[] known = [.. distances.Where(double.IsFinite)];
        return known.Length == 0 ? 0 : Math.Sqrt(known.Average(d => d * d));
    }
}
