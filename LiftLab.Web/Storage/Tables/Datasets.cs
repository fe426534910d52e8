using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage.Tables;

/// <summary>A dataset with its table, the format of its file, and its problems.</summary>
/// <param name="Problems">Problems of the file and of the table with its schema; errors prevent a run.</param>
public sealed record Dataset(DatasetRow Row, TableReading Reading, IReadOnlyList<Problem> Problems)
{
    /// <summary>Where the file was downloaded from; null for an upload.</summary>
    public TableSource? Source { get; init; }

    /// <summary>The table after the dataset's steps, with the result of each.</summary>
    public SteppedTable Stepped { get; init; } = SteppedTable.Of(Reading.Table);

    /// <summary>The table after its steps; null where none was done.</summary>
    public SteppedTable? Changed => Stepped.Settled.Count > 0 ? Stepped : null;

    public Table Table => Stepped.Table;

    public TableFormat Format => Reading.Format;

    public TableHistory History => TableHistory.Of(Row);
}

/// <summary>
/// The lab's tables. An uploaded file is stored unchanged under a generated id; its name is for display only. The schema is guessed and
/// holds once a person has confirmed it.
/// </summary>
public sealed partial class Datasets(LabFolder lab, LabDatabase database, IOptions<LabOptions> options, TimeProvider clock)
{
    const string FileStem = "table";

    /// <summary>A table of a million rows and 20 columns, or four of 100,000 rows.</summary>
    const long KeptBytes = 450L << 20;

    readonly KeptTables kept = new(KeptBytes);

    /// <summary>Stores a file and guesses its schema. Nothing is stored of a file that cannot be used.</summary>
    /// <param name="fileName">As the browser gave it.</param>
    /// <param name="reading">How the file is read; null: guessed.</param>
    /// <exception cref="BadDataException">It is not a table, or exceeds a limit.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public async Task<Dataset> AddAsync(
        Stream content,
        string fileName,
        TableReadOptions? reading = null,
        CancellationToken cancel = default
    )
    {
        using var upload = await ReceiveAsync(content, fileName, cancel);
        return await AddAsync(upload, reading, cancel);
    }

    /// <summary>Stores a file that is read as words say, by names of <see cref="ReadingWords"/>.</summary>
    /// <exception cref="BadDataException">It is not a table, or exceeds a limit.</exception>
    /// <exception cref="ArgumentException">A word has another form, or names a column that is not there.</exception>
    public async Task<Dataset> AddAsync(Stream content, string fileName, ReadingWords words, CancellationToken cancel = default)
    {
        var reading = words.Read();
        using var upload = await ReceiveAsync(content, fileName, cancel);
        if (words.NeedCells)
            reading = words.And((await TableReader.ReadAsync(upload.File, Limits(reading.Sheet, reading), cancel)).Table, reading);
        return await AddAsync(upload, reading, cancel);
    }

    /// <summary>
    /// Receives a file that <see cref="AddAsync(Upload, TableReadOptions, CancellationToken)"/> reads, in one way or another.
    /// </summary>
    /// <exception cref="BadDataException">It is larger than allowed.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public async Task<Upload> ReceiveAsync(Stream content, string fileName, CancellationToken cancel = default)
    {
        Visitor.Demand(Role.Run, "add a table");
        var name = Path.GetFileName(fileName.Replace('\\', '/'));
        var upload = new Upload(Path.Combine(lab.Uploads, Guid.NewGuid().ToString("N")), FileStem + Extension(name), name);
        try
        {
            upload.Bytes = await KeepAsync(content, upload.File, cancel);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    /// <summary>Reads a received file and stores it as a dataset. A file that cannot be used can be read again in another way.</summary>
    /// <exception cref="BadDataException">Read in this way it is not a table.</exception>
    public Task<Dataset> AddAsync(Upload upload, TableReadOptions? reading, CancellationToken cancel = default) =>
        StoreAsync(upload, reading, null, null, null, cancel);

    /// <summary>Reads a downloaded file and stores it as a dataset, with its source.</summary>
    /// <param name="reading">What the source says about the columns.</param>
    /// <param name="schema">Completes the guessed schema.</param>
    /// <exception cref="BadDataException">It is not a table.</exception>
    public Task<Dataset> AddAsync(
        Upload upload,
        TableReadOptions? reading,
        TableSource source,
        Func<Schema, Table, Schema> schema,
        CancellationToken cancel = default
    ) => StoreAsync(upload, reading, null, (source, schema), null, cancel);

    /// <summary>A bundled table as a dataset, its card's schema confirmed. At most one dataset is made of each.</summary>
    /// <exception cref="KeyNotFoundException">There is no such bundled table.</exception>
    public async Task<Dataset> AddSampleAsync(string name, CancellationToken cancel = default)
    {
        var sample = BundledTables.Get(name);
        var made = await database.UseAsync(db => db.Datasets.AsNoTracking().FirstOrDefaultAsync(d => d.Sample == name, cancel), cancel);
        if (made is not null)
            return await OpenAsync(made.Id, cancel);
        await using var content = File.OpenRead(sample.Path);
        using var upload = await ReceiveAsync(content, Path.GetFileName(sample.Path), cancel);
        var dataset = await StoreAsync(upload, null, sample, null, null, cancel);
        return await ConfirmAsync(dataset.Row.Id, sample.Title, sample.Card.SchemaFor(dataset.Table), cancel);
    }

    async Task<Dataset> StoreAsync(
        Upload upload,
        TableReadOptions? how,
        BundledTable? sample,
        (TableSource Source, Func<Schema, Table, Schema> Schema)? from,
        Pattern? like,
        CancellationToken cancel
    )
    {
        Visitor.Demand(Role.Run, "add a table");
        if (how == TableReadOptions.Default)
            how = null;
        var read = await TableReader.ReadAsync(upload.File, Limits(how?.Sheet, how), cancel);
        var steps = like?.Dataset.Row.Steps.Active ?? [];
        var stepped = await Task.Run(
            () => SteppedTable.Of(read.Table, steps, like?.Off).Demanded(number => $"add without={number}"),
            cancel
        );
        var id = Guid.NewGuid();
        var folder = FolderOf(id);
        try
        {
            upload.MoveTo(folder);
            var row = new DatasetRow
            {
                Id = id,
                Name = Title(Path.GetFileNameWithoutExtension(upload.FileName)),
                FileName = upload.FileName,
                Bytes = upload.Bytes,
                Sample = sample?.Name,
                Sheet = how?.Sheet,
                Reading = how,
                Schema = await Task.Run(
                    () =>
                        from is { Schema: var complete }
                            ? complete(SchemaGuess.Guess(read.Table), read.Table)
                            : SchemaAs(like?.Dataset, stepped.Table),
                    cancel
                ),
                Rows = read.Table.RowCount,
                Columns = read.Table.Columns.Count,
                AddedBy = Visitor.Current?.Name,
                CreatedUtc = clock.GetUtcNow().UtcDateTime,
            };
            Take(row, StepTree.Empty.Add(steps, like?.Off), stepped.Table);
            kept.Keep(KeptTables.Stamp.Of(FileOf(id), Limits(row.Sheet, how)), read);
            DatasetCard.Write(folder, row);
            if (from is { Source: { } source })
                DatasetCard.WriteSource(folder, source);
            await database.AloneAsync(
                async db =>
                {
                    // another dashboard may have entered it from its folder meanwhile
                    await db.Datasets.Where(d => d.Id == id).ExecuteDeleteAsync(cancel);
                    db.Datasets.Add(row);
                    await db.SaveChangesAsync(cancel);
                },
                cancel
            );
            Visitor.Note($"add dataset {id:N}");
            return await DescribeAsync(row, read, cancel);
        }
        catch
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Stores the name and the schema that a person has confirmed.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset.</exception>
    public async Task<Dataset> ConfirmAsync(Guid id, string name, Schema schema, CancellationToken cancel = default)
    {
        await RecordAsync(id, r => (r.Name, r.Schema, r.Confirmed) = (Title(name), schema, true), cancel);
        return await OpenAsync(id, cancel);
    }

    /// <summary>Reads another sheet of a workbook; the schema is guessed again.</summary>
    public async Task<Dataset> ChooseSheetAsync(Guid id, string sheet, CancellationToken cancel = default) =>
        // The sheets of a workbook have headers and titles of their own.
        await ReadAgainAsync(
            id,
            sheet,
            (await RowAsync(id, cancel)).Reading is { } reading
                ? reading with
                {
                    HasHeader = null,
                    HeaderRows = null,
                    SkippedRows = null,
                }
                : null,
            null,
            cancel
        );

    /// <summary>Reads the file in another way, chosen by names of <see cref="ReadingWords"/>.</summary>
    /// <exception cref="BadDataException">Read in this way the file is not a table.</exception>
    /// <exception cref="ArgumentException">A word has another form, or names a column that is not there.</exception>
    public async Task<Dataset> ReadAgainAsync(Guid id, ReadingWords words, CancellationToken cancel = default)
    {
        var row = await RowAsync(id, cancel);
        var reading = words.Read();
        foreach (
            var (column, own) in (row.Reading?.Columns ?? new Dictionary<string, ColumnReadOptions>()).Where(c =>
                c.Value.LeftOut is not null
            )
        )
            reading = reading.With(column, c => c with { LeftOut = own.LeftOut });
        var table = (await ReadAsync(FileOf(id), reading.Sheet, reading, cancel)).Table;
        return await ReadAgainAsync(id, reading.Sheet, words.And(table, reading), row.Schema, cancel);
    }

    /// <summary>Reads the file in another way. The schema of columns that are guessed as before stays.</summary>
    /// <param name="schema">What the columns mean at present.</param>
    /// <exception cref="BadDataException">Read in this way the file is not a table.</exception>
    public async Task<Dataset> ReadAgainAsync(Guid id, TableReadOptions? reading, Schema schema, CancellationToken cancel = default) =>
        await ReadAgainAsync(id, (await RowAsync(id, cancel)).Sheet, reading, schema, cancel);

    async Task<Dataset> ReadAgainAsync(Guid id, string? sheet, TableReadOptions? options, Schema? schema, CancellationToken cancel)
    {
        var before = await RowAsync(id, cancel);
        return await RemakeAsync(before, before.Steps, sheet, options, schema, cancel);
    }

    /// <summary>The dataset with its table, which is read again only where it is no longer cached.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset.</exception>
    /// <exception cref="BadDataException">Its file has been changed and cannot be read any more.</exception>
    public Task<Dataset> OpenAsync(Guid id, CancellationToken cancel = default) => OpenAsync(id, null, cancel);

    /// <param name="early">
    /// Takes the head of the target before a large table is read, on any thread; not called where it may be another one in the whole table.
    /// </param>
    public async Task<Dataset> OpenAsync(Guid id, Action<EarlyHead>? early, CancellationToken cancel)
    {
        var row = await RowAsync(id, cancel);
        return await DescribeAsync(
            row,
            await ReadAsync(FileOf(id), row.Sheet, row.Reading, early is null ? null : EarlyHead.Asked(row, early), cancel),
            cancel
        );
    }

    public Task<PageOf<DatasetRow>> ListAsync(int skip = 0, int take = 50, string? search = null, CancellationToken cancel = default) =>
        database.UseAsync(
            async db =>
            {
                var rows = db.Datasets.AsNoTracking();
                if (search is { Length: > 0 })
                {
                    var part = db.Storable(search);
                    rows = rows.Where(d => LabDb.Folded(d.Name).Contains(LabDb.Folded(part)));
                }
                return new PageOf<DatasetRow>(
                    await rows.OrderByDescending(d => d.CreatedUtc).ThenByDescending(d => d.Id).Skip(skip).Take(take).ToListAsync(cancel),
                    await rows.CountAsync(cancel)
                );
            },
            cancel
        );

    /// <summary>Bytes of the dataset's files on the disk now.</summary>
    public Task<long> BytesAsync(Guid id, CancellationToken cancel = default) => Task.Run(() => KeptFiles.BytesOf(FolderOf(id)), cancel);

    /// <summary>Removes the dataset and its file. Runs have copies of their own and stay.</summary>
    /// <returns>Bytes of the files that were deleted.</returns>
    public async Task<long> DeleteAsync(Guid id, CancellationToken cancel = default)
    {
        var row = await RowAsync(id, cancel);
        Visitor.DemandOwn(row.AddedBy, $"delete the dataset '{row.Name}'");
        Visitor.Note($"delete dataset {id:N}");
        await database.UseAsync(
            async db =>
            {
                db.Datasets.Remove(await FindAsync(db, id, cancel));
                await db.SaveChangesAsync(cancel);
            },
            cancel
        );
        if (Stored(id) is { } file)
            kept.Drop(file);
        var bytes = await BytesAsync(id, CancellationToken.None);
        if (Directory.Exists(FolderOf(id))) // it may have been deleted by hand
            Directory.Delete(FolderOf(id), recursive: true);
        return bytes;
    }

    async Task<long> KeepAsync(Stream content, string file, CancellationToken cancel)
    {
        var limit = options.Value.MaxUploadBytes;
        await using var kept = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(buffer, cancel)) > 0)
        {
            if (kept.Length + read > limit)
                throw new BadDataException([
                    new(
                        Severity.Error,
                        "file-too-large",
                        $"the file is larger than {LiftLab.Engine.ByteWords.Of(limit)}",
                        "Upload a sample of its rows, or raise LiftLab:MaxUploadBytes."
                    ),
                ]);
            await kept.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        return kept.Length;
    }

    Task<Dataset> DescribeAsync(DatasetRow row, TableReading reading, CancellationToken cancel) =>
        Task.Run(
            () =>
            {
                var stepped = KeptSteps.On(reading.Table, row.Steps);
                return new Dataset(row, reading, [.. OpenedTable.Found(reading, stepped), .. KeptProblems.Of(stepped.Table, row.Schema)])
                {
                    Stepped = stepped,
                    Source = DatasetCard.ReadSource(FolderOf(row.Id)),
                };
            },
            cancel
        );

    TableReadOptions Limits(string? sheet, TableReadOptions? reading) =>
        (reading ?? TableReadOptions.Default) with
        {
            MaxBytes = options.Value.MaxUploadBytes,
            MaxRows = options.Value.MaxRows,
            MaxColumns = options.Value.MaxColumns,
            Sheet = sheet,
        };

    /// <summary>Where a dataset's files lie.</summary>
    public string FolderOf(Guid id) => Path.Combine(lab.Datasets, id.ToString("N"));

    string FileOf(Guid id) => Stored(id) ?? throw new KeyNotFoundException("The dataset's file is gone.");

    string? Stored(Guid id) =>
        Directory.Exists(FolderOf(id)) ? Directory.EnumerateFiles(FolderOf(id), FileStem + ".*").FirstOrDefault() : null;

    Task<TableReading> ReadAsync(string file, string? sheet, TableReadOptions? how, CancellationToken cancel) =>
        ReadAsync(file, sheet, how, null, cancel);

    async Task<TableReading> ReadAsync(string file, string? sheet, TableReadOptions? how, EarlyColumn? early, CancellationToken cancel)
    {
        var options = Limits(sheet, how);
        var stamp = KeptTables.Stamp.Of(file, options); // taken before reading: a file that changes meanwhile gets another stamp
        if (kept.Find(stamp) is { } known)
            return known;
        var reading = await TableReader.ReadAsync(file, options, early, cancel);
        kept.Keep(stamp, reading);
        return reading;
    }

    Task<DatasetRow> RowAsync(Guid id, CancellationToken cancel) => database.UseAsync(db => FindAsync(db, id, cancel), cancel);

    static async Task<DatasetRow> FindAsync(LabDb db, Guid id, CancellationToken cancel) =>
        await db.Datasets.FindAsync([id], cancel) ?? throw new KeyNotFoundException($"There is no dataset {id:N}.");

    /// <summary>A known extension, else ".dat"; the format is detected from the content.</summary>
    static string Extension(string fileName) =>
        Path.GetExtension(fileName).ToLowerInvariant() is var known
        && known is ".csv" or ".tsv" or ".txt" or ".xlsx" or ".xls" or ".arff" or ".parquet"
            ? known
            : ".dat";

    static string Title(string name) => name.Trim() is { Length: > 0 } title ? title[..Math.Min(title.Length, 200)] : "table";
}
