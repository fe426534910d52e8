namespace LiftLab.Engine.Tables;

/// <summary>How the cells of one column are read, where a person or an earlier reading has decided it. Null: guessed.</summary>
public sealed record ColumnReadOptions
{
    public static ColumnReadOptions Guessed { get; } = new();

    /// <summary>
    /// Number, integer, date, time and duration: cells that are none are missing. Category, text and identifier: cells stay as written.
    /// </summary>
    public ColumnKind? Kind { get; init; }

    /// <summary>Texts that mark a missing value in this column, in addition to those of the table.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>Texts that are values in this column although they look like marks of missing values ("NA" for Namibia).</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Texts that are read as another text ("high." as "high").</summary>
    public IReadOnlyDictionary<string, string>? Merged { get; init; }

    /// <summary>Parts of a date that become columns of their own, named "COLUMN year".</summary>
    public IReadOnlyList<DatePart>? Parts { get; init; }

    /// <summary>The order of day, month and year in dates of digits.</summary>
    public DateOrder? Order { get; init; }

    /// <summary>The unit of the cells' numbers; only known after reading, for reading other files alike.</summary>
    public string? Unit { get; init; }

    /// <summary>
    /// Why the column is no feature, where its source says so ("OpenML names it as the row identifier"); null: guessed from its cells.
    /// </summary>
    public string? LeftOut { get; init; }

    /// <summary>These options with the given ones added: single values replace, lists are united.</summary>
    public ColumnReadOptions And(ColumnReadOptions more)
    {
        var merged = new Dictionary<string, string>(Merged ?? new Dictionary<string, string>());
        foreach (var (from, to) in more.Merged ?? new Dictionary<string, string>())
            merged[from] = to;
        string[] words = [.. (Words ?? []).Union(more.Words ?? []).Except(more.Missing ?? [])],
            missing = [.. (Missing ?? []).Union(more.Missing ?? []).Except(more.Words ?? [])];
        return new()
        {
            Kind = more.Kind ?? Kind,
            Missing = missing.Length > 0 ? missing : null,
            Words = words.Length > 0 ? words : null,
            Merged = merged.Count > 0 ? merged : null,
            Parts = more.Parts ?? Parts,
            Order = more.Order ?? Order,
            Unit = more.Unit ?? Unit,
            LeftOut = more.LeftOut ?? LeftOut,
        };
    }
}
