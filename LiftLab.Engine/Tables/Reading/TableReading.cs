namespace LiftLab.Engine.Tables.Reading;

/// <summary>What a file turned out to be. Null where the question does not arise.</summary>
/// <param name="Kind">"csv", "xlsx" or "xls"; tab-separated text is "csv" too.</param>
/// <param name="Encoding">"utf-8", "utf-16", "utf-16BE" or "windows-1252".</param>
/// <param name="DecimalMark">The mark in the file; cells always have a point.</param>
/// <param name="MissingMarks">The cell texts that were read as missing ("NA", "?"), the empty one aside.</param>
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

/// <summary>A file as a table, with everything about it that a person should know.</summary>
public sealed record TableReading(Table Table, IReadOnlyList<Problem> Problems, TableFormat Format);
