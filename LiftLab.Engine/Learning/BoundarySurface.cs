using System.Globalization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// The grid of points at which a decision boundary is drawn: a rectangle over two numeric features, 5 % wider than the training rows.
/// Every other feature is held at a value chosen by the user, else at its median or most frequent cell. All learners of a run use the
/// same surface, so that their figures are comparable.
/// </summary>
public sealed class BoundarySurface
{
    readonly LearningTask task;
    readonly IReadOnlyDictionary<string, string> chosen;
    readonly double[] x,
        y;

    /// <param name="size">Maximum number of points per axis; an integer feature with fewer values gets one point per value.</param>
    /// <param name="chosen">Cells at which other features are held, by column; the others are held at their typical cell.</param>
    /// <exception cref="BadDataException">A column does not exist or is not a numeric feature, both columns are the same, or a chosen cell
    /// is not valid for its column.</exception>
    public BoundarySurface(LearningTask task, string xColumn, string yColumn, int size, IReadOnlyDictionary<string, string>? chosen = null)
    {
        this.task = task;
        this.chosen = chosen ?? new Dictionary<string, string>();
        (XColumn, YColumn, Size) = (xColumn, yColumn, size);
        if (xColumn == yColumn)
            throw Bad(xColumn, "is chosen for both axes of the decision boundary", "Choose two different features.");
        x = Axis(xColumn, size);
        y = Axis(yColumn, size);
        foreach (var (name, cell) in this.chosen)
            Check(name, cell);
        Held = task
            .Schema.Features.Where(f => f.Name != xColumn && f.Name != yColumn)
            .ToDictionary(
                f => f.Name,
                f => this.chosen.TryGetValue(f.Name, out var cell) ? cell : Typical(task, f),
                StringComparer.Ordinal
            );
        Table = Points();
    }

    public string XColumn { get; }
    public string YColumn { get; }
    public int Size { get; }

    /// <summary>The cell at which each feature that is not an axis is held, by column.</summary>
    public IReadOnlyDictionary<string, string> Held { get; }

    /// <summary>One row per point, row-major from the lowest Y: features only, no target. Shape (H·W rows).</summary>
    public Table Table { get; }

    /// <summary>The same rectangle with another number of points, for figures during training.</summary>
    public BoundarySurface WithSize(int size) => new(task, XColumn, YColumn, size, chosen);

    /// <summary>The grid of a model's answers for <see cref="Table"/>, in row order; an unreadable answer is null.</summary>
    public BoundaryGrid Grid(IReadOnlyList<Prediction> answers)
    {
        if (answers.Count != Table.RowCount)
            throw new ArgumentException($"{answers.Count} answers for {Table.RowCount} points", nameof(answers));
        double?[] values = [.. answers.Select(a => (a as Prediction.Answered)?.Value)];
        double?[] confidence = [.. answers.Select(task.Target.Confidence)];
        return new(XColumn, YColumn, x, y, values, task.Labels.Count > 0 ? confidence : null);
    }

    double[] Axis(string name, int size)
    {
        var column =
            task.Schema.Features.FirstOrDefault(c => c.Name == name)
            ?? throw Bad(name, "is not a feature of this run", "Choose one of: " + string.Join(", ", Numeric(task.Schema)) + ".");
        double[] cells = [.. task.Split.Train.Select(r => task.Table[name].Numbers[r]).Where(double.IsFinite)];
        if (cells.Length == 0)
            throw Bad(name, "has no numeric value in the training rows", "Choose another feature for the decision boundary.");
        var (low, high) = (cells.Min(), cells.Max());
        var margin = high > low ? 0.05 * (high - low) : 0.5;
        if (column.Kind == ColumnKind.Integer && high - low < size)
            return [.. Enumerable.Range(0, (int)(high - low) + 1).Select(i => low + i)];
        // Two significant digits of the step: prompts contain 5.1, not 5.100000000000001.
        var step = (high - low + (2 * margin)) / (size - 1);
        var digits = column.Kind == ColumnKind.Integer ? 0 : Math.Max(0, 1 - (int)Math.Floor(Math.Log10(step)));
        return [.. Enumerable.Range(0, size).Select(i => Rounded(low - margin + (i * step), digits)).Distinct()];
    }

    /// <summary>Rounds to decimals, also to more than 15: a feature can be as small as 1e-20.</summary>
    static double Rounded(double value, int digits)
    {
        const int MostDecimals = 15;
        if (digits <= MostDecimals || value == 0)
            return Math.Round(value, Math.Min(digits, MostDecimals));
        var leading = Math.Clamp(digits + (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, MostDecimals);
        return double.Parse(
            value.ToString("E" + leading.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture
        );
    }

    Table Points()
    {
        var count = x.Length * y.Length;
        return new(
            "boundary",
            [
                .. task.Schema.Features.Select(f => new Column(
                    f.Name,
                    f.Name == XColumn ? [.. Enumerable.Range(0, count).Select(i => Text(x[i % x.Length]))]
                        : f.Name == YColumn ? [.. Enumerable.Range(0, count).Select(i => Text(y[i / x.Length]))]
                        : [.. Enumerable.Repeat(Held[f.Name], count)]
                )),
            ]
        );
    }

    void Check(string name, string cell)
    {
        var feature =
            task.Schema.Features.FirstOrDefault(f => f.Name == name)
            ?? throw Bad(name, "has a fixed value but is not a feature of this run", "Remove the value.");
        if (name == XColumn || name == YColumn)
            throw Bad(name, "is an axis and cannot have a fixed value", "Remove the value, or choose another axis.");
        if (feature.Kind.IsNumeric())
        {
            if (double.IsNaN(Column.ParseNumber(cell)))
                throw Bad(name, $"cannot be held at '{cell}': this is not a number", "Enter a number with a decimal point.");
        }
        else if (cell.Length > 0 && !task.Split.Train.Any(r => task.Table[name].Cells[r] == cell))
            throw Bad(name, $"cannot be held at '{cell}': no training row has this value", "Choose one of its values in the table.");
    }

    /// <summary>A numeric feature's median cell over the training rows, else the most frequent cell; empty if all are missing.</summary>
    public static string Typical(LearningTask task, ColumnSchema feature)
    {
        var column = task.Table[feature.Name];
        if (feature.Kind.IsNumeric())
        {
            int[] known = [.. task.Split.Train.Where(r => double.IsFinite(column.Numbers[r])).OrderBy(r => column.Numbers[r])];
            return known.Length == 0 ? "" : column.Cells[known[known.Length / 2]];
        }
        return task.Split.Train.Select(r => column.Cells[r])
                .Where(c => c.Length > 0)
                .GroupBy(c => c, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .FirstOrDefault()
                ?.Key
            ?? "";
    }

    /// <summary>The features that can be an axis.</summary>
    public static IReadOnlyList<string> Numeric(Schema schema) => [.. schema.Features.Where(f => f.Kind.IsNumeric()).Select(f => f.Name)];

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static BadDataException Bad(string column, string what, string whatToDo) =>
        new([new(Severity.Error, "boundary-column", what, whatToDo, Column: column)]);
}
