using LiftLab.Engine.Tables.Reading.Delimited;
using LiftLab.Engine.Tables.Reading.Formats;
using LiftLab.Engine.Tables.Reading.Formats.Arff;
using LiftLab.Engine.Tables.Reading.Formats.Parquet;
using LiftLab.Engine.Tables.Reading.Workbooks;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Reads a file or upload as a table: CSV, TSV and other delimited text, XLSX, XLS, ODS, Parquet, ARFF, JSON Lines. All but
/// Parquet can be packed with gzip. The content decides the format.
/// </summary>
public static class TableReader
{
    /// <exception cref="BadDataException">The file does not exist, is empty, is not a table, exceeds a limit, or has no rows.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Task<TableReading> ReadAsync(string path, TableReadOptions? options = null, CancellationToken cancel = default) =>
        ReadAsync(path, options, null, cancel);

    /// <param name="early">A column that is wanted before the table; null for none.</param>
    /// <inheritdoc cref="ReadAsync(string, TableReadOptions?, CancellationToken)"/>
    public static async Task<TableReading> ReadAsync(string path, TableReadOptions? options, EarlyColumn? early, CancellationToken cancel)
    {
        if (Directory.Exists(path))
            throw Refuse("not-a-file", $"'{path}' is a folder", "Choose a CSV, TSV, XLSX or XLS file.");
        if (!File.Exists(path))
            throw Refuse("no-such-file", $"the file '{path}' does not exist", "Check the path.");
        await using var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            1 << 16,
            FileOptions.Asynchronous | FileOptions.SequentialScan
        );
        return await ReadAsync(stream, Path.GetFileName(path), options, early, cancel);
    }

    /// <param name="fileName">Gives the table its name; the extension is ignored.</param>
    public static Task<TableReading> ReadAsync(
        Stream stream,
        string fileName,
        TableReadOptions? options = null,
        CancellationToken cancel = default
    ) => ReadAsync(stream, fileName, options, null, cancel);

    static async Task<TableReading> ReadAsync(
        Stream stream,
        string fileName,
        TableReadOptions? options,
        EarlyColumn? early,
        CancellationToken cancel
    )
    {
        var reading = await ParseAsync(stream, fileName, options, early, cancel);
        // The bytes of a large file and what was needed to read them would stay beside the table until it is looked at.
        if ((long)reading.Table.RowCount * reading.Table.Columns.Count >= TableAssembly.Packed)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return reading;
    }

    static async Task<TableReading> ParseAsync(
        Stream stream,
        string fileName,
        TableReadOptions? options,
        EarlyColumn? early,
        CancellationToken cancel
    )
    {
        options ??= TableReadOptions.Default;
        var bytes = await ReadBytesAsync(stream, options.MaxBytes, cancel);
        var name = Path.GetFileNameWithoutExtension(fileName);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.MaxSeconds), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            name = name.Length == 0 ? "table" : name;
            return ParquetTable.IsOne(bytes)
                ? await Task.Run(() => ParquetTable.ReadAsync(bytes, name, options, either.Token), either.Token)
                : await Task.Run(() => Read(bytes, name, options, early, either.Token), either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw Refuse(
                "too-slow",
                $"reading the file took longer than {options.MaxSeconds} seconds",
                "Read a sample of its rows, or save the table as CSV."
            );
        }
    }

    internal static TableReading Read(byte[] bytes, string name, TableReadOptions options, CancellationToken cancel = default) =>
        Read(bytes, name, options, null, cancel);

    static TableReading Read(byte[] bytes, string name, TableReadOptions options, EarlyColumn? early, CancellationToken cancel)
    {
        if (GzipText.IsPacked(bytes))
        {
            bytes = GzipText.Unpack(bytes, Math.Min(options.MaxBytes, options.MaxUnpackedBytes), cancel);
            if (Path.GetFileNameWithoutExtension(name) is { Length: > 0 } inner)
                name = inner;
        }
        return FileSignature.Of(bytes) switch
        {
            { Workbook: "zip" } => ZippedTable.Read(bytes, name, options, cancel),
            { Workbook: { } kind } => ExcelTable.Read(bytes, name, kind, options, cancel),
            { } signature => throw signature.Refusal(),
            null => ReadText(bytes, name, options, early, cancel),
        };
    }

    static TableReading ReadText(byte[] bytes, string name, TableReadOptions options, EarlyColumn? early, CancellationToken cancel)
    {
        if (options.Encoding is null or TwiceEncoded.Name && TwiceEncoded.Undo(bytes) is { } undone)
        {
            var undo = options.Encoding is not null || undone.Changed >= undone.Kept;
            var once = ReadText(undo ? undone.Bytes : bytes, name, options with { Encoding = "utf-8" }, early, cancel);
            return once with
            {
                Problems = options.Encoding is null ? [undone.Said(undo), .. once.Problems] : once.Problems,
                Format = once.Format with { Encoding = undo ? TwiceEncoded.Name : "utf-8" },
            };
        }
        var problems = new ProblemLog();
        var encoding = (options.Encoding is { } given ? TextEncoding.Named(given, bytes) : null) ?? TextEncoding.Of(bytes, problems);
        // A given delimiter says that the file is delimited text.
        var kind = options.Delimiter is null ? TextFormat.Of(Text(Math.Min(bytes.Length, 1 << 16))) : TextFormat.Kind.Delimited;
        return kind switch
        {
            TextFormat.Kind.Arff => ArffTable.Read(Text(bytes.Length), encoding.Name, name, options, problems, cancel),
            TextFormat.Kind.JsonLines => JsonLinesTable.Read(Text(bytes.Length), encoding.Name, name, options, problems, cancel),
            _ => CsvTable.Read(bytes, name, options, early, cancel),
        };

        string Text(int length) => encoding.Encoding.GetString(bytes, encoding.Skip, Math.Max(0, length - encoding.Skip));
    }

    static async Task<byte[]> ReadBytesAsync(Stream stream, long limit, CancellationToken cancel)
    {
        var known = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (known > limit)
            throw TooLarge(limit);
        using var buffer = new MemoryStream((int)known);
        var chunk = new byte[1 << 16];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancel)) > 0)
        {
            if (buffer.Length + read > limit)
                throw TooLarge(limit);
            buffer.Write(chunk, 0, read);
        }
        return buffer.Length == buffer.Capacity ? buffer.GetBuffer() : buffer.ToArray();
    }

    static BadDataException TooLarge(long limit) =>
        Refuse(
            "file-too-large",
            $"the file is larger than {ByteWords.Of(limit)}",
            "Read a sample of its rows, or raise the limit in the settings."
        );

    static BadDataException Refuse(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
