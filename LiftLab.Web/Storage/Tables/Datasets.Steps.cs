using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Storage.Tables;

/// <summary>The steps and versions of datasets.</summary>
public sealed partial class Datasets
{
    /// <summary>What a step would change. Nothing is stored.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset.</exception>
    /// <exception cref="StepFailedException">The step does not apply.</exception>
    public async Task<StepPreview> PreviewAsync(Guid id, TableStep step, CancellationToken cancel = default)
    {
        var dataset = await OpenAsync(id, cancel);
        return await Task.Run(() => StepPreview.Of(dataset.Table, step), cancel);
    }

    /// <summary>What steps would do behind those that are done. Nothing is stored.</summary>
    /// <param name="off">Steps, by their place from 1, that are left out.</param>
    public async Task<SteppedTable> TryAsync(
        Guid id,
        IReadOnlyList<TableStep> steps,
        IReadOnlyCollection<int>? off = null,
        CancellationToken cancel = default
    )
    {
        var dataset = await OpenAsync(id, cancel);
        return await Task.Run(() => SteppedTable.Of(dataset.Table, steps, off), cancel);
    }

    /// <summary>Reads a received file, does the steps of another dataset, and stores it as a dataset.</summary>
    /// <param name="reading">How the file is read; null: as the other dataset's, as far as a person has chosen that.</param>
    /// <param name="off">Steps, by their place from 1, that are switched off.</param>
    /// <exception cref="BadDataException">It is not a table, or a step does not apply.</exception>
    public async Task<Dataset> AddLikeAsync(
        Upload upload,
        TableReadOptions? reading,
        Guid like,
        IReadOnlyCollection<int> off,
        CancellationToken cancel = default
    )
    {
        var other = await OpenAsync(like, cancel);
        return await StoreAsync(upload, reading ?? other.Row.Reading, null, null, new(other, off), cancel);
    }

    /// <summary>What the steps of another dataset would do to a received file.</summary>
    /// <exception cref="BadDataException">It is not a table.</exception>
    public async Task<SteppedTable> TryLikeAsync(
        Upload upload,
        TableReadOptions? reading,
        Guid like,
        IReadOnlyCollection<int> off,
        CancellationToken cancel = default
    )
    {
        var row = await RowAsync(like, cancel);
        var read = await ReadAsync(upload.File, reading?.Sheet, reading ?? row.Reading, cancel);
        return await Task.Run(() => SteppedTable.Of(read.Table, row.Steps.Active, off), cancel);
    }

    /// <summary>Another dataset whose steps and meanings a new one takes over.</summary>
    sealed record Pattern(Dataset Dataset, IReadOnlyCollection<int> Off);

    /// <summary>The guess, with what the columns mean in another dataset where they are guessed alike.</summary>
    static Schema SchemaAs(Dataset? other, Table table) =>
        other is null ? SchemaGuess.Guess(table) : SchemaGuess.Guess(table).Keeping(other.Row.Schema, SchemaGuess.Guess(other.Table));

    /// <summary>Changes a dataset in the index and beside its file; of several changes at once, one after the other.</summary>
    Task<DatasetRow> RecordAsync(Guid id, Action<DatasetRow> verb, CancellationToken cancel)
    {
        Visitor.Demand(Role.Run, "change a dataset");
        Visitor.Note($"change dataset {id:N}");
        return database.AloneAsync(
            async db =>
            {
                var row = await FindAsync(db, id, cancel);
                verb(row);
                await db.SaveChangesAsync(cancel);
                DatasetCard.Write(FolderOf(id), row);
                return row;
            },
            cancel
        );
    }

    /// <summary>Stores a file that is read as words say, and changed by the steps of another dataset.</summary>
    /// <exception cref="BadDataException">It is not a table, exceeds a limit, or a step does not apply.</exception>
    /// <exception cref="ArgumentException">A word has another form, or there is no step of a number.</exception>
    public async Task<Dataset> AddLikeAsync(
        Stream content,
        string fileName,
        ReadingWords words,
        Guid like,
        IReadOnlyCollection<int> off,
        CancellationToken cancel = default
    )
    {
        var steps = (await RowAsync(like, cancel)).Steps.Active.Count;
        if (off.Any(n => n < 1 || n > steps))
            throw new ArgumentException($"there is no step {off.First(n => n < 1 || n > steps)}; that dataset has {steps}");
        var reading = words.Read();
        using var upload = await ReceiveAsync(content, fileName, cancel);
        if (words.NeedCells)
            reading = words.And((await TableReader.ReadAsync(upload.File, Limits(reading.Sheet, reading), cancel)).Table, reading);
        return await AddLikeAsync(upload, reading == TableReadOptions.Default ? null : reading, like, off, cancel);
    }

    /// <summary>Changes which steps are done; the table becomes a version of the dataset.</summary>
    /// <param name="schema">What the columns mean at present, where a person has changed it; null: as stored.</param>
    /// <exception cref="KeyNotFoundException">There is no such dataset or step.</exception>
    /// <exception cref="InvalidOperationException">The steps were changed by somebody else meanwhile.</exception>
    public async Task<Dataset> ChangeStepsAsync(
        Guid id,
        Func<StepTree, StepTree> change,
        Schema? schema = null,
        CancellationToken cancel = default
    )
    {
        var before = await RowAsync(id, cancel);
        return await RemakeAsync(before, change(before.Steps), before.Sheet, before.Reading, schema ?? before.Schema, cancel);
    }

    /// <summary>Makes a former version the current one: its reading and its steps.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset or version.</exception>
    public async Task<Dataset> GoToVersionAsync(Guid id, int number, CancellationToken cancel = default)
    {
        var before = await RowAsync(id, cancel);
        var version = TableHistory.Of(before).Find(number);
        var tree = before.Steps.GoTo(version.Head) with { Off = version.Off };
        return await RemakeAsync(before, tree, version.Sheet, version.Reading, before.Schema, cancel);
    }

    /// <summary>Gives a version a name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset or version.</exception>
    public async Task<Dataset> NameVersionAsync(Guid id, int number, string name, CancellationToken cancel = default)
    {
        await RecordAsync(id, r => r.History = TableHistory.Of(r).Named(number, name), cancel);
        return await OpenAsync(id, cancel);
    }

    /// <summary>Datasets that have steps, newest first, for a file that is to be changed alike.</summary>
    public async Task<IReadOnlyList<DatasetRow>> WithStepsAsync(CancellationToken cancel = default) =>
        [.. (await ListAsync(0, MostListed, null, cancel)).Items.Where(d => d.Steps.Active.Count > 0)];

    const int MostListed = 200;

    /// <summary>Makes the table of a dataset anew. The schema of columns that are guessed as before stays, also under a new name.</summary>
    /// <param name="schema">What the columns mean at present; null: guessed.</param>
    async Task<Dataset> RemakeAsync(
        DatasetRow before,
        StepTree tree,
        string? sheet,
        TableReadOptions? options,
        Schema? schema,
        CancellationToken cancel
    )
    {
        var file = FileOf(before.Id);
        var former = schema is null ? null : await ReadAsync(file, before.Sheet, before.Reading, cancel);
        var reading = await ReadAsync(file, sheet, options, cancel);
        var (stepped, guess, same, history) = await Task.Run(
            () =>
            {
                var stepped = KeptSteps.On(reading.Table, tree);
                var history = TableHistory.Of(before);
                if (former is null)
                    return (stepped, SchemaGuess.Guess(stepped.Table), false, history);
                var was = before.Steps.On(former.Table);
                history = history.Knowing(schema!, was.Origins);
                var wanted = stepped.Renamed(schema!, was.Origins);
                var guess = SchemaGuess.Guess(stepped.Table).Keeping(wanted, stepped.Renamed(SchemaGuess.Guess(was.Table), was.Origins));
                var (again, known) = Remembered(guess, wanted, history, stepped);
                return (stepped, again, again.Task == wanted.Task && known, history);
            },
            cancel
        );
        // A table with fewer rows or columns, or other cells in them, needs no second confirmation of what its columns mean.
        var confirmed = same && before.Confirmed && Text(schema) == Text(before.Schema) && Text(options) == Text(before.Reading);
        var row = await RecordAsync(
            before.Id,
            r =>
            {
                if (Text(r.History) != Text(before.History))
                    throw new InvalidOperationException("The steps of this dataset were changed in another window. Load the page again.");
                // The first version is of the table before this change.
                if (r.History is not null || Text(options) != Text(r.Reading) || sheet != r.Sheet || tree.Nodes.Count > 0)
                    r.History = TableHistory.Of(r) with { Meanings = history.Meanings };
                (r.Sheet, r.Reading, r.Schema, r.Confirmed) = (sheet, options, guess, confirmed);
                Take(r, tree, stepped.Table);
            },
            cancel
        );
        return await DescribeAsync(row, reading, cancel);
    }

    /// <summary>The schema with what a person once said of columns that come back.</summary>
    /// <returns>Whether a person knows every column.</returns>
    static (Schema Schema, bool Known) Remembered(Schema guess, Schema wanted, TableHistory history, SteppedTable stepped)
    {
        var (schema, known) = (guess, true);
        foreach (var column in guess.Columns.Where(c => !wanted.Columns.Contains(c)))
        {
            var meaning = wanted.Columns.Any(c => c.Name == column.Name)
                ? null
                : history.Meaning(column, stepped.Origins.GetValueOrDefault(column.Name, column.Name));
            known &= meaning is not null;
            if (meaning is null)
                continue;
            var role = meaning.Role == ColumnRole.Target ? ColumnRole.Feature : meaning.Role;
            schema = schema with { Columns = [.. schema.Columns.Select(c => c.Name == column.Name ? meaning with { Role = role } : c)] };
            if (meaning.Role == ColumnRole.Target)
                schema = schema.WithTarget(column.Name, SchemaGuess.TaskOf(stepped.Table[column.Name]));
        }
        return (schema, known);
    }

    /// <summary>Makes a table the current version of a dataset.</summary>
    void Take(DatasetRow row, StepTree tree, Table table)
    {
        if (row.History is not null || tree.Nodes.Count > 0)
            row.History = TableHistory
                .Of(row)
                .With(tree, row.Sheet, row.Reading, table.RowCount, table.Columns.Count, clock.GetUtcNow().UtcDateTime);
        (row.Rows, row.Columns) = (table.RowCount, table.Columns.Count);
    }

    static string Text<T>(T value) => JsonSerializer.Serialize(value, RunJson.Line);
}
