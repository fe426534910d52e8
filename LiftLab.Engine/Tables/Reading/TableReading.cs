namespace LiftLab.Engine.Tables.Reading;

/// <summary>The format of a file as it was read. Null: does not apply to this kind of file.</summary>
/// <param name="Kind">"csv", "xlsx" or "xls"; tab-separated text is "csv" too.</param>
/// <param name="Encoding">"utf-8", "utf-16", "utf-16BE" or "windows-1252".</param>
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
);

/// <summary>A table that was read from a file, with the problems and the format of the file.</summary>
public sealed record TableReading(Table Table, IReadOnlyList<Problem> Problems, TableFormat Format)
{
    /// <summary>
    /// Options that read another file as this one was read: its decimal mark, and of each column the kind, the marks of missing values and
    /// everything that was chosen.
    /// </summary>
    public TableReadOptions AsRead { get; init; } = TableReadOptions.Default;
}
