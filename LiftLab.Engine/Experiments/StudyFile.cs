using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Experiments;

/// <summary>A study as a file that is kept beside its tables: everything but the tables themselves.</summary>
/// <param name="Tables">In the order in which the tables are given beside the file.</param>
public sealed record StudyFile(
    string? Name,
    IReadOnlyList<StudyFileTable> Tables,
    IReadOnlyList<LearnerSpec> Learners,
    IReadOnlyList<StudyKind> Kinds,
    IReadOnlyList<int> Seeds,
    Protocol Protocol = Protocol.Clean
)
{
    /// <exception cref="BadDataException">The file does not exist, is not JSON, or lacks an entry.</exception>
    public static StudyFile Read(string path)
    {
        if (!File.Exists(path))
            throw Bad("no-spec", $"there is no file '{path}'", "Give the path of a file that the form of an experiment saved with JSON.");
        try
        {
            return JsonSerializer.Deserialize<StudyFile>(File.ReadAllBytes(path), RunJson.Line)
                ?? throw Bad("spec-incomplete", $"'{path}' holds no study", "Save it again from the form of the experiment.");
        }
        catch (JsonException e)
        {
            throw Bad("spec-unreadable", $"'{path}' cannot be read: {e.Message}", "Save it again from the form of the experiment.");
        }
    }

    public StudyChoice Choice => new(Learners, Kinds.Count == 0 ? null : Kinds, null, Seeds, Protocol, Name);

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}

/// <summary>How one table of a <see cref="StudyFile"/> is read and what its columns mean.</summary>
/// <param name="Title">The table's name in figures.</param>
/// <param name="Reading">Null: guessed.</param>
/// <param name="Steps">Steps that change the table after reading; null for none.</param>
public sealed record StudyFileTable(string Title, Schema Schema, TableReadOptions? Reading = null, IReadOnlyList<TableStep>? Steps = null)
{
    /// <exception cref="BadDataException">The table lacks a column of the schema.</exception>
    public async Task<OpenedTable> OpenAsync(string table, CancellationToken cancel)
    {
        var opened = await OpenedTable.OpenAsync(table, Reading, cancel);
        if (Steps is { Count: > 0 } steps)
            opened = opened.With(
                SteppedTable
                    .Of(opened.Table, steps)
                    .Demanded(number => $"remove it from the steps of '{Title}', where it is number {number}")
            );
        var missing = Schema.Columns.Where(c => !opened.Table.Has(c.Name)).Select(c => $"'{c.Name}'").ToArray();
        return missing.Length == 0
            ? opened.With(Schema)
            : throw new BadDataException([
                new(
                    Severity.Error,
                    "column-missing",
                    $"the table '{table}' has no column {string.Join(", ", missing)}",
                    "Give the tables for which the file was saved, in its order."
                ),
            ]);
    }
}
