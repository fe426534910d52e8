namespace LiftLab.Engine.Tables;

/// <summary>Named columns of equal length. Immutable.</summary>
public sealed class Table
{
    readonly Dictionary<string, int> index;

    /// <exception cref="ArgumentException">The columns differ in length, or two have the same name.</exception>
    public Table(string name, IReadOnlyList<Column> columns)
    {
        Name = name;
        Columns = columns;
        RowCount = columns.Count == 0 ? 0 : columns[0].Cells.Count;
        index = new(columns.Count, StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++)
        {
            if (columns[i].Cells.Count != RowCount)
                throw new ArgumentException(
                    $"column '{columns[i].Name}' has {columns[i].Cells.Count} cells, the first column has {RowCount}",
                    nameof(columns)
                );
            if (!index.TryAdd(columns[i].Name, i))
                throw new ArgumentException($"two columns are named '{columns[i].Name}'", nameof(columns));
        }
    }

    public string Name { get; }

    public IReadOnlyList<Column> Columns { get; }

    public int RowCount { get; }

    /// <exception cref="KeyNotFoundException">No column has this name; the message lists the names.</exception>
    public Column this[string column] =>
        index.TryGetValue(column, out var i)
            ? Columns[i]
            : throw new KeyNotFoundException(
                $"no column is named '{column}'; the columns are {QuotedNames.Of(Columns.Select(c => c.Name))}"
            );

    /// <exception cref="KeyNotFoundException">No column has this name.</exception>
    public int IndexOf(string column) => index[column];

    public bool Has(string column) => index.ContainsKey(column);

    /// <summary>The given rows, in the given order.</summary>
    public Table Take(IReadOnlyList<int> rows) =>
        new(
            Name,
            [
                .. Columns.Select(c => new Column(c.Name, [.. rows.Select(r => c.Cells[r])])
                {
                    Told = c.Told,
                    Unit = c.Unit,
                    LeftOut = c.LeftOut,
                    PartOf = c.PartOf,
                    Use = c.Use,
                }),
            ]
        );
}
