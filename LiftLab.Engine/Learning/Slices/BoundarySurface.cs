using System.Globalization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning.Slices;

/// <summary>
/// The points at which a run's learners are asked for a picture of their answers. Over two numeric features: a rectangle, for a decision
/// boundary or, where the target is a number, a response surface. Over one numeric feature, where the target is a number: a response curve,
/// with one line or with one line per category of a column. Every other feature is held at a value chosen by the user, else at its median
/// or most frequent cell. All learners of a run use the same points, so that their figures are comparable.
/// </summary>
public sealed class BoundarySurface
{
    /// <summary>Points along each axis of a surface, and along a curve.</summary>
    public const int SurfacePoints = 40,
        CurvePoints = 101;

    /// <summary>More lines cannot be told apart; the most frequent categories get one.</summary>
    public const int MostLines = 6;

    readonly LearningTask task;
    readonly IReadOnlyDictionary<string, string> chosen;
    readonly double[] x,
        y;

    /// <param name="yColumn">The second numeric feature of a surface; the category column of a curve's lines; null for a curve of one
    /// line.</param>
    /// <param name="size">Maximum number of points per axis; an integer feature with fewer values gets one point per value. Null: <see
    /// cref="SurfacePoints"/> or <see cref="CurvePoints"/>.</param>
    /// <param name="chosen">Cells at which other features are held, by column; the others are held at their typical cell.</param>
    /// <exception cref="BadDataException">A column does not exist or is not a numeric feature, both columns are the same, a decision
    /// boundary
    /// has one feature only, or a chosen cell is not valid for its column.</exception>
    public BoundarySurface(
        LearningTask task,
        string xColumn,
        string? yColumn = null,
        int? size = null,
        IReadOnlyDictionary<string, string>? chosen = null
    )
    {
        this.task = task;
        this.chosen = chosen ?? new Dictionary<string, string>();
        (XColumn, YColumn) = (xColumn, yColumn);
        if (xColumn == yColumn)
            throw Bad(xColumn, $"is chosen for both axes of the {task.Target.SurfaceName}", "Choose two different features.");
        Lines = LinesOf(task, xColumn, yColumn);
        Size = size ?? (Lines is null ? SurfacePoints : CurvePoints);
        x = SliceAxis.Of(task, xColumn, Size);
        y = Lines is null ? SliceAxis.Of(task, yColumn!, Size) : [.. Enumerable.Range(0, Lines.Count).Select(i => (double)i)];
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
    public string? YColumn { get; }
    public int Size { get; }

    /// <summary>The categories of a curve's lines, or one empty text for a single line; null for a surface.</summary>
    public IReadOnlyList<string>? Lines { get; }

    /// <summary>The cell at which each feature that is not an axis is held, by column.</summary>
    public IReadOnlyDictionary<string, string> Held { get; }

    /// <summary>One row per point, row-major from the lowest Y or the first line: features only, no target. Shape (H·W rows).</summary>
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
        double?[] deviations = Lines is null ? [] : [.. answers.Select(task.Target.CertaintyOf)];
        return new(XColumn, YColumn, x, y, values, task.Labels.Count > 0 ? confidence : null)
        {
            Lines = Lines,
            Deviations = deviations.Any(d => d is not null) ? deviations : null,
        };
    }

    /// <summary>Null for a surface.</summary>
    static IReadOnlyList<string>? LinesOf(LearningTask task, string x, string? column)
    {
        if (column is null)
            return task.Target.IsDrawnOverOne
                ? [""]
                : throw Bad(x, $"is the only axis, but a {task.Target.SurfaceName} has two", "Choose another numeric feature as well.");
        return !task.Target.IsDrawnOverOne || task.Schema.Features.All(f => f.Name != column || f.Kind != ColumnKind.Category) ? null
            : Frequent(task, column) is { Count: > 0 } lines ? lines
            : throw Bad(column, "has no value in the training rows", "Choose another column for the lines.");
    }

    /// <summary>The most frequent categories of the training rows, in class order.</summary>
    static IReadOnlyList<string> Frequent(LearningTask task, string column) =>
        ClassLabels.InOrder(
            task.Split.Train.Select(r => task.Table[column].Cells[r])
                .Where(c => c.Length > 0)
                .GroupBy(c => c, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .Take(MostLines)
                .Select(g => g.Key)
        );

    Table Points()
    {
        var count = x.Length * y.Length;
        return new(
            "boundary",
            [
                .. task.Schema.Features.Select(f => new Column(
                    f.Name,
                    f.Name == XColumn ? [.. Enumerable.Range(0, count).Select(i => Text(x[i % x.Length]))]
                        : f.Name == YColumn
                            ? [.. Enumerable.Range(0, count).Select(i => Lines is null ? Text(y[i / x.Length]) : Lines[i / x.Length])]
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

    /// <summary>The columns whose categories can be the lines of a curve.</summary>
    public static IReadOnlyList<string> LineColumns(Schema schema) =>
        [.. schema.Features.Where(f => f.Kind == ColumnKind.Category).Select(f => f.Name)];

    /// <summary>Whether the table has enough numeric features for a picture of the answers.</summary>
    public static bool CanDraw(Schema schema) => Numeric(schema).Count >= (Target.Of(schema.Task, []).IsDrawnOverOne ? 1 : 2);

    /// <summary>The features that can be an axis.</summary>
    public static IReadOnlyList<string> Numeric(Schema schema) => [.. schema.Features.Where(f => f.Kind.IsNumeric()).Select(f => f.Name)];

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal static BadDataException Bad(string column, string what, string whatToDo) =>
        new([new(Severity.Error, "boundary-column", what, whatToDo, Column: column)]);
}
