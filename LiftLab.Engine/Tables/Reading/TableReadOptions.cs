using System.Text.Json.Serialization;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Limits of reading, and what is known of the file. Null means: find out. The limits are the reader's and are not stored with a file.
/// </summary>
public sealed record TableReadOptions
{
    public static TableReadOptions Default { get; } = new();

    /// <summary>Of a file that <see cref="TableWriter"/> wrote: commas, UTF-8, decimal points, names first, missing cells empty.</summary>
    public static TableReadOptions Plain { get; } =
        new()
        {
            Delimiter = ',',
            Encoding = "utf-8",
            DecimalMark = '.',
            HasHeader = true,
            MissingMarks = [],
        };

    /// <summary>Bytes of the file. More is refused before parsing.</summary>
    [JsonIgnore]
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Data rows. Reading stops there, with a warning.</summary>
    [JsonIgnore]
    public int MaxRows { get; init; } = 1_000_000;

    /// <summary>Columns. More is refused.</summary>
    [JsonIgnore]
    public int MaxColumns { get; init; } = 2_000;

    /// <summary>Rows times columns. Reading stops there, with a warning.</summary>
    [JsonIgnore]
    public long MaxCells { get; init; } = 20_000_000;

    /// <summary>Bytes a workbook may unpack to, counted while unpacking and not believed from its index.</summary>
    [JsonIgnore]
    public long MaxUnpackedBytes { get; init; } = 512L << 20;

    /// <summary>The workbook's sheet; null for the first that has cells.</summary>
    public string? Sheet { get; init; }

    /// <summary>Whether the first row holds the column names.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>One of , ; tab |.</summary>
    public char? Delimiter { get; init; }

    /// <summary>'.' or ','.</summary>
    public char? DecimalMark { get; init; }

    /// <summary>A text's encoding: "utf-8", "utf-16", "utf-16BE" or "windows-1252".</summary>
    public string? Encoding { get; init; }

    /// <summary>The cell texts that mean "no value", besides the empty cell.</summary>
    public IReadOnlyList<string>? MissingMarks { get; init; }
}
