using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Perturbations;

/// <summary>Collects changes of cells and additional rows, then builds the changed task. The clean table is not changed.</summary>
sealed class TableEdit(LearningTask clean)
{
    readonly Dictionary<string, string[]> changed = new(StringComparer.Ordinal);
    readonly List<IReadOnlyDictionary<string, string>> added = [];
    readonly SortedSet<int> touched = [];

    public void Set(string column, int row, string cell)
    {
        if (!changed.TryGetValue(column, out var cells))
            changed[column] = cells = [.. clean.Table[column].Cells];
        if (cells[row] == cell)
            return;
        cells[row] = cell;
        touched.Add(row);
    }

    /// <summary>Adds a row; columns that are not given are empty. Returns its number.</summary>
    public int Add(IReadOnlyDictionary<string, string> cells)
    {
        added.Add(cells);
        var row = clean.Table.RowCount + added.Count - 1;
        touched.Add(row);
        return row;
    }

    /// <summary>The cells of a row of the clean table, by column.</summary>
    public Dictionary<string, string> Row(int row) =>
        clean.Table.Columns.ToDictionary(c => c.Name, c => c.Cells[row], StringComparer.Ordinal);

    /// <param name="split">Null for the clean split.</param>
    public Perturbed Build(Split? split = null, Schema? schema = null) =>
        new(
            new LearningTask(
                new Table(
                    clean.Table.Name,
                    [
                        .. clean.Table.Columns.Select(c =>
                            added.Count == 0 && !changed.ContainsKey(c.Name)
                                ? c
                                : new Column(
                                    c.Name,
                                    [.. changed.GetValueOrDefault(c.Name) ?? c.Cells, .. added.Select(a => a.GetValueOrDefault(c.Name, ""))]
                                )
                        ),
                    ]
                ),
                schema ?? clean.Schema,
                split ?? clean.Split
            )
            {
                Wording = clean.Wording,
            },
            [.. touched]
        );

    /// <summary>A number as a cell in invariant notation.</summary>
    /// <param name="decimals">Digits after the point at most; null for full precision.</param>
    public static string Write(double value, int? decimals)
    {
        var rounded = decimals is { } d ? Math.Round(value, Math.Min(d, 15), MidpointRounding.ToEven) : value;
        return (rounded == 0 ? 0 : rounded).ToString("R", CultureInfo.InvariantCulture);
    }
}
