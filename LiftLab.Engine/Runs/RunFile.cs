using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Runs;

/// <summary>A run as a file that is kept beside its table: everything but the table itself.</summary>
/// <param name="Reading">How the table's file is read, with the sheet; null: guessed.</param>
public sealed record RunFile(
    string Name,
    Schema Schema,
    TableReadOptions? Reading,
    LearnerSpec Learner,
    IReadOnlyList<LearnerSpec> Baselines,
    int SplitSeed = 0,
    int Seed = 0,
    FeaturePair? Boundary = null
)
{
    /// <summary>Steps that change the table after reading; null for none.</summary>
    public IReadOnlyList<TableStep>? Steps { get; init; }

    /// <exception cref="BadDataException">The file does not exist, is not JSON, or lacks an entry.</exception>
    public static RunFile Read(string path)
    {
        if (!File.Exists(path))
            throw Bad("no-spec", $"there is no file '{path}'", "Give the path of a file that New run saved with JSON.");
        try
        {
            return
                JsonSerializer.Deserialize<RunFile>(File.ReadAllBytes(path), RunJson.Line)
                    is { Schema.Columns: not null, Learner: not null, Baselines: not null } file
                ? file
                : throw Bad("spec-incomplete", $"'{path}' lacks its schema, learner or baselines", "Save it again from New run.");
        }
        catch (JsonException e)
        {
            throw Bad("spec-unreadable", $"'{path}' cannot be read: {e.Message}", "Save it again from New run.");
        }
    }

    /// <summary>The table read as the file says, with the file's schema.</summary>
    /// <exception cref="BadDataException">The table lacks a column of the schema.</exception>
    public async Task<OpenedTable> OpenAsync(string table, CancellationToken cancel)
    {
        var opened = await OpenedTable.OpenAsync(table, Reading, cancel);
        if (Steps is { Count: > 0 } steps)
            opened = opened.With(
                SteppedTable.Of(opened.Table, steps).Demanded(number => $"remove it from the file's steps, where it is number {number}")
            );
        var missing = Schema.Columns.Where(c => !opened.Table.Has(c.Name)).Select(c => $"'{c.Name}'").ToArray();
        return missing.Length == 0
            ? opened.With(Schema)
            : throw Bad(
                "column-missing",
                $"the table has no column {string.Join(", ", missing)}",
                "Give the table for which the file was saved."
            );
    }

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
