namespace LiftLab.Engine.Tables.Reading;

/// <summary>Limits of reading, and what a person knows better than the guess. Null means: find out.</summary>
public sealed record TableReadOptions
{
    public static TableReadOptions Default { get; } = new();

    /// <summary>Bytes of the file. More is refused before parsing.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Data rows. Reading stops there, with a warning.</summary>
    public int MaxRows { get; init; } = 1_000_000;

    /// <summary>Columns. More is refused.</summary>
    public int MaxColumns { get; init; } = 2_000;

    /// <summary>Rows times columns. Reading stops there, with a warning.</summary>
    public long MaxCells { get; init; } = 20_000_000;

    /// <summary>Bytes a workbook may unpack to, counted while unpacking and not believed from its index.</summary>
    public long MaxUnpackedBytes { get; init; } = 512L << 20;

    /// <summary>The workbook's sheet; null for the first that has cells.</summary>
    public string? Sheet { get; init; }

    /// <summary>Whether the first row holds the column names.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>One of , ; tab |.</summary>
    public char? Delimiter { get; init; }

    /// <summary>'.' or ','.</summary>
    public char? DecimalMark { get; init; }
}
