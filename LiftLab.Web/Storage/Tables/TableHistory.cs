using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Web.Storage.Tables;

/// <summary>What was ever done to a dataset's table: the tree of steps, and its versions. Immutable.</summary>
/// <param name="Versions">By number, from 1.</param>
/// <param name="Current">The number of the version that new runs use.</param>
public sealed record TableHistory(StepTree Tree, IReadOnlyList<TableVersion> Versions, int Current)
{
    const int LongestName = 120;

    /// <summary>The history of a dataset that was never changed.</summary>
    public static TableHistory Of(DatasetRow row) =>
        row.History
        ?? new(StepTree.Empty, [new(1, TableVersion.AsRead, row.CreatedUtc, row.Sheet, row.Reading, 0, [], row.Rows, row.Columns)], 1);

    /// <summary>
    /// What a person said of columns, under their names in the file, so that it comes back with a column that was removed.
    /// </summary>
    public IReadOnlyList<ColumnSchema> Meanings { get; init; } = [];

    public TableVersion Version => Find(Current);

    /// <summary>The dataset with its current version, as a run names it.</summary>
    public static TableOrigin OriginOf(DatasetRow row) => new(row.Id, row.Name, Of(row).Current, Of(row).Version.Name);

    /// <summary>The history with the meanings of a schema's columns in place of those that it had.</summary>
    /// <param name="origins">Names in the file by present names.</param>
    public TableHistory Knowing(Schema schema, IReadOnlyDictionary<string, string> origins)
    {
        var now = schema
            .Columns.Select(c => c with { Name = origins.GetValueOrDefault(c.Name, c.Name) })
            .DistinctBy(c => c.Name, StringComparer.Ordinal)
            .ToDictionary(c => c.Name, StringComparer.Ordinal);
        return this with { Meanings = [.. Meanings.Where(m => !now.ContainsKey(m.Name)), .. now.Values] };
    }

    /// <summary>What a person said of a column; null where the column is now guessed to be of another kind, or was never there.</summary>
    /// <param name="origin">Its name in the file.</param>
    public ColumnSchema? Meaning(ColumnSchema guess, string origin) =>
        Meanings.FirstOrDefault(m => m.Name == origin) is { } known && known.Kind == guess.Kind ? known with { Name = guess.Name } : null;

    /// <exception cref="KeyNotFoundException">There is no such version.</exception>
    public TableVersion Find(int number) =>
        Versions.FirstOrDefault(v => v.Number == number)
        ?? throw new KeyNotFoundException($"There is no version {number} of this dataset.");

    /// <summary>The history with a table as the current version: one that there was, or a new one.</summary>
    public TableHistory With(StepTree tree, string? sheet, TableReadOptions? reading, int rows, int columns, DateTime now)
    {
        var key = Key(sheet, reading, tree.Active);
        if (Versions.LastOrDefault(v => Key(v.Sheet, v.Reading, v.StepsIn(tree)) == key) is { } known)
            return this with { Tree = tree, Current = known.Number };
        var number = Versions[^1].Number + 1;
        var name = tree.Active is [.., var last] ? Short(last.Words) : sheet ?? "read in another way";
        return this with
        {
            Tree = tree,
            Current = number,
            Versions = [.. Versions, new(number, name, now, sheet, reading, tree.Head, tree.Off, rows, columns)],
        };
    }

    /// <summary>The history with another name of a version.</summary>
    /// <exception cref="KeyNotFoundException">There is no such version.</exception>
    public TableHistory Named(int number, string name) =>
        this with
        {
            Versions =
            [
                .. Versions.Select(v =>
                    v == Find(number) ? v with { Name = name.Trim() is { Length: > 0 } given ? Short(given) : v.Name } : v
                ),
            ],
        };

    static string Short(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";

    static string Key(string? sheet, TableReadOptions? reading, IReadOnlyList<TableStep> steps) =>
        $"{sheet}\n{JsonSerializer.Serialize(reading, RunJson.Line)}\n{StepFile.Text(steps)}";
}

/// <summary>A table of a dataset: a way of reading its file, and steps.</summary>
/// <param name="Head">The last step that is done.</param>
/// <param name="Off">Steps that are switched off.</param>
public sealed record TableVersion(
    int Number,
    string Name,
    DateTime CreatedUtc,
    string? Sheet,
    TableReadOptions? Reading,
    int Head,
    IReadOnlyList<int> Off,
    int Rows,
    int Columns
)
{
    /// <summary>The name of the first version.</summary>
    public const string AsRead = "as read";

    /// <summary>The steps that make it.</summary>
    public IReadOnlyList<TableStep> StepsIn(StepTree tree) => [.. tree.PathTo(Head).Where(n => !Off.Contains(n.Id)).Select(n => n.Step)];
}
