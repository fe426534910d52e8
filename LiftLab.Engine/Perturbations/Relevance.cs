using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Perturbations;

/// <summary>
/// How much a single feature tells about the target on the training rows, 0 to 1: the share of the target's variance that lies between
/// groups of equal feature values (correlation ratio). Numbers are grouped into tenths of their rows; for classes the shares of the
/// classes' indicators are averaged, weighted by variance.
/// </summary>
static class Relevance
{
    const int Groups = 10;

    /// <summary>The features from the most to the least relevant; ties in schema order.</summary>
    public static IReadOnlyList<string> Order(LearningTask task) =>
        [
            .. task
                .Schema.Features.Where(f => f.Kind != ColumnKind.Identifier)
                .Select((f, i) => (f.Name, i, Value: Of(task, f)))
                .OrderByDescending(f => f.Value)
                .ThenBy(f => f.i)
                .Select(f => f.Name),
        ];

    public static double Of(LearningTask task, ColumnSchema feature)
    {
        var rows = task.Split.Train;
        var column = task.Table[feature.Name];
        var groups = feature.Kind.IsNumeric() ? Tenths(column, rows) : Equal(column, rows);
        var indicators = task.Labels.Count == 0 ? 1 : task.Labels.Count;
        double between = 0,
            total = 0;
        for (var k = 0; k < indicators; k++)
        {
            double[] y =
            [
                .. rows.Select(r =>
                    task.Labels.Count == 0 ? task.Targets[r]
                    : task.Targets[r] == k ? 1.0
                    : 0
                ),
            ];
            var mean = y.Average();
            total += y.Sum(v => (v - mean) * (v - mean));
            between += groups.Select((g, i) => (g, Y: y[i])).GroupBy(p => p.g).Sum(g => g.Count() * Square(g.Average(p => p.Y) - mean));
        }
        return total > 0 ? between / total : 0;
    }

    static double Square(double x) => x * x;

    static int[] Equal(Column column, IReadOnlyList<int> rows)
    {
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. rows.Select(r => codes.TryGetValue(column.Cells[r], out var code) ? code : codes[column.Cells[r]] = codes.Count)];
    }

    /// <summary>Equal values are in the same group; a missing value is a group.</summary>
    static int[] Tenths(Column column, IReadOnlyList<int> rows)
    {
        double[] sorted = [.. rows.Select(r => column.Numbers[r]).Where(double.IsFinite).Order()];
        return
        [
            .. rows.Select(r => column.Numbers[r])
                .Select(v => double.IsFinite(v) ? Below(sorted, v) * Groups / Math.Max(1, sorted.Length) : -1),
        ];
    }

    static int Below(double[] sorted, double value)
    {
        int low = 0,
            high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
