using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Perturbations;

/// <summary>A numeric feature with the statistics of its finite training cells.</summary>
/// <param name="Deviation">Population standard deviation; 0 for a constant.</param>
/// <param name="Sorted">The training values, ascending.</param>
/// <param name="Decimals">Most digits after the point among the training cells; 0 for integers; null where a cell has an exponent.</param>
sealed record NumericFeature(Column Column, bool IsInteger, double Mean, double Deviation, IReadOnlyList<double> Sorted, int? Decimals)
{
    /// <summary>More digits than the column shows would be lost or invented; one more keeps small changes visible.</summary>
    const int ExtraDecimals = 1;

    public string Name => Column.Name;
    public double Low => Sorted[0];
    public double High => Sorted[^1];

    /// <summary>The task's numeric features with at least one training value, in schema order.</summary>
    /// <exception cref="CannotApplyException">There is none.</exception>
    public static IReadOnlyList<NumericFeature> Of(LearningTask task)
    {
        NumericFeature[] features =
        [
            .. task
                .Schema.Features.Where(f => f.Kind.IsNumeric())
                .Select(f => Of(task.Table[f.Name], f.Kind == ColumnKind.Integer, task.Split.Train))
                .OfType<NumericFeature>(),
        ];
        return features.Length > 0 ? features : throw new CannotApplyException("the table has no numeric feature");
    }

    static NumericFeature? Of(Column column, bool integer, IReadOnlyList<int> rows)
    {
        double[] known = [.. rows.Select(r => column.Numbers[r]).Where(double.IsFinite).Order()];
        if (known.Length == 0)
            return null;
        var mean = known.Average();
        var deviation = Math.Sqrt(known.Average(v => (v - mean) * (v - mean)));
        return new(column, integer, mean, deviation, known, integer ? 0 : DecimalsOf(rows.Select(r => column.Cells[r])));
    }

    /// <summary>A changed value as a cell: integers stay integers, other numbers get one digit more than the column shows.</summary>
    public string Write(double value) => TableEdit.Write(value, IsInteger ? 0 : Decimals + ExtraDecimals);

    static int? DecimalsOf(IEnumerable<string> cells)
    {
        var most = 0;
        foreach (var cell in cells)
        {
            if (cell.AsSpan().ContainsAny('e', 'E') && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                return null;
            var point = cell.IndexOf('.', StringComparison.Ordinal);
            if (point >= 0)
                most = Math.Max(most, cell.Length - point - 1);
        }
        return most;
    }
}
