using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.OpenMl;

/// <summary>What OpenML says about a dataset, before it is downloaded.</summary>
/// <param name="Status">"active", "deactivated" or "in_preparation".</param>
/// <param name="Format">The format of the uploaded file ("ARFF", "Sparse_ARFF").</param>
/// <param name="File">The uploaded file; null where there is none.</param>
/// <param name="Parquet">The same as Parquet; null where there is none.</param>
/// <param name="Md5">MD5 of the uploaded file in hexadecimal; null where OpenML gives none.</param>
public sealed record OpenMlDataset(
    int Id,
    string Name,
    int Version,
    string Status,
    string Format,
    string? File,
    string? Parquet,
    string? Md5
)
{
    public const string Active = "active";

    /// <summary>Address of its page.</summary>
    public required string Page { get; init; }
    public string? Description { get; init; }
    public string? Licence { get; init; }
    public string? Citation { get; init; }
    public IReadOnlyList<string> Creators { get; init; } = [];

    /// <summary>Where OpenML has it from.</summary>
    public string? Origin { get; init; }
    public int? Rows { get; init; }
    public int? Columns { get; init; }

    /// <summary>The columns to predict; several where the description names several.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Columns that identify rows.</summary>
    public IReadOnlyList<string> RowIds { get; init; } = [];

    /// <summary>Other columns that are not to be used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Columns whose cells are names of categories, also where they look like numbers.</summary>
    public IReadOnlyList<string> Nominal { get; init; } = [];

    public string Title => string.Create(CultureInfo.InvariantCulture, $"{Name}, version {Version}");

    /// <summary>The forms in which it can be downloaded, the preferred one first.</summary>
    public IReadOnlyList<OpenMlFormat> Formats =>
        [
            .. File is not null ? [OpenMlFormat.Original] : Array.Empty<OpenMlFormat>(),
            .. Parquet is not null ? [OpenMlFormat.Parquet] : Array.Empty<OpenMlFormat>(),
        ];

    /// <summary>How the file is read because of the description: columns that are no features, and, in Parquet, kinds.</summary>
    public TableReadOptions Reading(OpenMlFormat format)
    {
        var reading = TableReadOptions.Default;
        foreach (var column in RowIds.Except(Targets))
            reading = reading.With(column, c => c with { LeftOut = "OpenML names it as the identifier of the rows" });
        foreach (var column in Ignored.Except(Targets).Except(RowIds))
            reading = reading.With(column, c => c with { LeftOut = "OpenML lists it among the attributes to ignore" });
        foreach (var column in Targets.Skip(1))
            reading = reading.With(column, c => c with { LeftOut = $"OpenML names it as a target too, beside '{Targets[0]}'" });
        if (format == OpenMlFormat.Parquet)
            foreach (var column in Nominal)
                reading = reading.With(column, c => c with { Kind = ColumnKind.Category });
        return reading;
    }

    /// <summary>The schema with the target of the description, where the table has it.</summary>
    public Schema WithTarget(Schema guess, Table table) =>
        Targets.Count > 0 && table.Has(Targets[0]) ? guess.WithTarget(Targets[0], SchemaGuess.TaskOf(table[Targets[0]])) : guess;
}
