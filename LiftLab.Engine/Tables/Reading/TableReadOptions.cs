using System.Text.Json.Serialization;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Limits of reading, and properties of the file; null: guessed from the file. The limits are not stored with a file.
/// </summary>
public sealed record TableReadOptions
{
    public static TableReadOptions Default { get; } = new();

    /// <summary>The names that <see cref="Encoding"/> can have.</summary>
    public static IReadOnlyList<string> Encodings => Delimited.TextEncoding.Names;

    /// <summary>For files of <see cref="TableWriter"/>: comma, UTF-8, decimal point, header row, empty cells as missing values.</summary>
    public static TableReadOptions Plain { get; } =
        new()
        {
            Delimiter = ',',
            Encoding = "utf-8",
            DecimalMark = '.',
            HasHeader = true,
            HeaderRows = 1,
            SkippedRows = 0,
            EveryRow = true,
            MissingMarks = [],
            Cells = CellRules.AsWritten,
        };

    /// <summary>Maximum size of the file in bytes. A larger file is refused before parsing.</summary>
    [JsonIgnore]
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Maximum number of data rows. Reading stops there, with a warning.</summary>
    [JsonIgnore]
    public int MaxRows { get; init; } = 1_000_000;

    /// <summary>Maximum number of columns. A file with more is refused.</summary>
    [JsonIgnore]
    public int MaxColumns { get; init; } = 2_000;

    /// <summary>Maximum of rows times columns. Reading stops there, with a warning.</summary>
    [JsonIgnore]
    public long MaxCells { get; init; } = 20_000_000;

    /// <summary>Maximum unpacked size of a workbook in bytes. Counted while unpacking: the archive's index may be false.</summary>
    [JsonIgnore]
    public long MaxUnpackedBytes { get; init; } = 512L << 20;

    /// <summary>Whether the columns keep their cells as they are written in the file.</summary>
    [JsonIgnore]
    public bool KeepsWritten { get; init; }

    /// <summary>Maximum time of reading in seconds. Reading is then refused.</summary>
    [JsonIgnore]
    public int MaxSeconds { get; init; } = 300;

    /// <summary>
    /// The sheet of a workbook, by its name or by its number from 1; null for the first visible sheet that looks like a table.
    /// </summary>
    public string? Sheet { get; init; }

    /// <summary>Whether the table has a header row.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>Number of header rows, whose cells are joined to one name per column. Not used where there is no header row.</summary>
    public int? HeaderRows { get; init; }

    /// <summary>Number of filled rows above the table (title, notes) that are left out.</summary>
    public int? SkippedRows { get; init; }

    /// <summary>What comment lines begin with ("#"): all lines that do are left out. Null: lines are looked at one by one.</summary>
    public string? CommentMark { get; init; }

    /// <summary>
    /// True: every row below the header is data. Else notes, totals, units and repeated headers are left out, and each is reported.
    /// </summary>
    public bool? EveryRow { get; init; }

    /// <summary>The character between cells: usually one of , ; tab |. A blank stands for one or more blanks or tabs.</summary>
    public char? Delimiter { get; init; }

    /// <summary>'.' or ','.</summary>
    public char? DecimalMark { get; init; }

    /// <summary>Encoding of a text file, one of <see cref="Encodings"/>.</summary>
    public string? Encoding { get; init; }

    /// <summary>The cell texts that mark a missing value, in addition to the empty cell.</summary>
    public IReadOnlyList<string>? MissingMarks { get; init; }

    /// <summary>How the cells of single columns are read, by column name; null: guessed for every column.</summary>
    public IReadOnlyDictionary<string, ColumnReadOptions>? Columns { get; init; }

    /// <summary>How the cells of all columns are read; the options of a single column add to it.</summary>
    public ColumnReadOptions? AllColumns { get; init; }

    /// <summary>How texts become numbers, dates and missing values.</summary>
    public CellRules Cells { get; init; }

    /// <summary>The options of one column; all of them are null where nothing was chosen.</summary>
    public ColumnReadOptions Of(string column)
    {
        var all = AllColumns ?? ColumnReadOptions.Guessed;
        return Columns?.GetValueOrDefault(column) is { } own ? all.And(own) : all;
    }

    /// <summary>The same options with other options for one column.</summary>
    public TableReadOptions With(string column, Func<ColumnReadOptions, ColumnReadOptions> change) =>
        this with
        {
            Columns = new Dictionary<string, ColumnReadOptions>(Columns ?? new Dictionary<string, ColumnReadOptions>())
            {
                [column] = change(Columns?.GetValueOrDefault(column) ?? ColumnReadOptions.Guessed),
            },
        };

    /// <summary>The same options with the change of a remedy.</summary>
    public TableReadOptions With(Remedy remedy)
    {
        var changed = this with { DecimalMark = remedy.DecimalMark ?? DecimalMark, Encoding = remedy.Encoding ?? Encoding };
        return remedy is { Column: { } column, Reading: { } reading } ? changed.With(column, own => own.And(reading)) : changed;
    }
}

/// <summary>The rules by which texts become numbers, dates and missing values.</summary>
public enum CellRules
{
    /// <summary>The rules of this version.</summary>
    Guessed,

    /// <summary>Cells stay as they are.</summary>
    AsWritten,

    /// <summary>The rules of run folders of the versions 1 and 2: only grouped digits and decimal commas are converted.</summary>
    Second,
}
