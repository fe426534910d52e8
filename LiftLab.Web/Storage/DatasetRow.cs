using System.ComponentModel.DataAnnotations.Schema;
using System.Text.Json.Serialization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Web.Storage;

/// <summary>A named table of the lab. The file lies under <c>datasets/ID/</c>.</summary>
public sealed class DatasetRow
{
    public required Guid Id { get; init; }
    public required string Name { get; set; }

    /// <summary>The name of the uploaded file, for display only; never used as a path.</summary>
    public required string FileName { get; init; }

    /// <summary>The chosen sheet of a workbook.</summary>
    public string? Sheet { get; set; }

    /// <summary>How the file is read, where a person has overruled the guess; null: guessed.</summary>
    public TableReadOptions? Reading { get; set; }

    /// <summary>The steps on the table that was read, and its versions; null where nothing was ever changed.</summary>
    public TableHistory? History { get; set; }

    /// <summary>The steps that are done and those that are undone.</summary>
    [NotMapped, JsonIgnore]
    public StepTree Steps => History?.Tree ?? StepTree.Empty;

    /// <summary>A guess until <see cref="Confirmed"/>.</summary>
    public required Schema Schema { get; set; }

    /// <summary>A person has confirmed the schema.</summary>
    public bool Confirmed { get; set; }

    public int Rows { get; set; }
    public int Columns { get; set; }
    public long Bytes { get; init; }

    /// <summary>The bundled table it was made of; null for an upload.</summary>
    public string? Sample { get; init; }

    /// <summary>Who has added it; null where nobody signed in.</summary>
    public string? AddedBy { get; init; }

    public required DateTime CreatedUtc { get; init; }
}
