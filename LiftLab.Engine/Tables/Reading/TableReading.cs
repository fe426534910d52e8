namespace LiftLab.Engine.Tables.Reading;

/// <summary>The format of a file as it was read. Null: does not apply to this kind of file.</summary>
/// <param name="Kind">"csv", "xlsx", "xls", "ods", "parquet", "arff" or "jsonl"; all delimited text is "csv".</param>
/// <param name="Encoding">One of <see cref="Delimited.TextEncoding.Names"/>.</param>
/// <param name="Delimiter">A blank stands for one or more blanks or tabs.</param>
/// <param name="DecimalMark">The decimal mark in the file; cells of the table always have a point.</param>
/// <param name="MissingMarks">The non-empty cell texts that were read as missing values ("NA", "?").</param>
public sealed record TableFormat(
    string Kind,
    string? Encoding,
    char? Delimiter,
    char DecimalMark,
    bool HasHeader,
    string? Sheet,
    IReadOnlyList<string> SheetNames,
    IReadOnlyList<string> MissingMarks
)
{
    /// <summary>Number of header rows that were joined to names; 0 without a header.</summary>
    public int HeaderRows { get; init; } = HasHeader ? 1 : 0;

    /// <summary>Number of filled rows above the table that were left out.</summary>
    public int SkippedRows { get; init; }

    /// <summary>The sheets of a workbook in its order; empty for other files.</summary>
    public IReadOnlyList<SheetFacts> Sheets { get; init; } = [];
}

/// <summary>A sheet of a workbook.</summary>
/// <param name="Rows">Data rows, counted as the reader reads them; nearly so in large sheets that were not chosen.</param>
/// <param name="Columns">Number of the last filled column.</param>
public sealed record SheetFacts(string Name, int Rows, int Columns, bool Hidden);

/// <summary>A table that was read from a file, with the problems and the format of the file.</summary>
public sealed record TableReading(Table Table, IReadOnlyList<Problem> Problems, TableFormat Format)
{
    /// <summary>
    /// Options that read another file as this one was read: its decimal mark, and of each column the kind, the marks of missing values and
    /// everything that was chosen.
    /// </summary>
    public TableReadOptions AsRead { get; init; } = TableReadOptions.Default;
}
