namespace LiftLab.Engine.Tables.Reading;

/// <summary>Reads a file or upload as a table: CSV, TSV and other delimited text, XLSX, XLS. The content decides the format.</summary>
public static class TableReader
{
    /// <exception cref="BadDataException">The file does not exist, is empty, is not a table, exceeds a limit, or has no rows.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<TableReading> ReadAsync(string path, TableReadOptions? options = null, CancellationToken cancel = default)
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
        return await ReadAsync(stream, Path.GetFileName(path), options, cancel);
    }

    /// <param name="fileName">Gives the table its name; the extension is ignored.</param>
    public static async Task<TableReading> ReadAsync(
        Stream stream,
        string fileName,
        TableReadOptions? options = null,
        CancellationToken cancel = default
    )
    {
        options ??= TableReadOptions.Default;
        var bytes = await ReadBytesAsync(stream, options.MaxBytes, cancel);
        var name = Path.GetFileNameWithoutExtension(fileName);
        return await Task.Run(() => Read(bytes, name.Length == 0 ? "table" : name, options), cancel);
    }

    internal static TableReading Read(byte[] bytes, string name, TableReadOptions options)
    {
        if (FileSignature.Of(bytes) is not { } signature)
            return CsvTable.Read(bytes, name, options);
        return signature.Workbook is { } kind
            ? ExcelTable.Read(bytes, name, kind, options)
            : throw Refuse("not-a-table", $"the file is {signature.What}", "Save the table as CSV (UTF-8) or XLSX and choose that file.");
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
