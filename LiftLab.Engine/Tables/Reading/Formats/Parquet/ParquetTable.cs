using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace LiftLab.Engine.Tables.Reading.Formats.Parquet;

/// <summary>Reads a Parquet file with flat columns.</summary>
static class ParquetTable
{
    /// <summary>Maximum rows of a row group, whose columns are read whole.</summary>
    const int MostRowsOfGroup = 20_000_000;

    const int Shown = 5;

    /// <summary>Maximum digits of .NET's decimal; longer ones need another type.</summary>
    const int LongestDecimal = 28;

    public static bool IsOne(byte[] bytes) => bytes.AsSpan().StartsWith("PAR1"u8);

    /// <exception cref="BadDataException">The file is damaged, has no flat column or no row, or exceeds a limit.</exception>
    public static async Task<TableReading> ReadAsync(byte[] bytes, string name, TableReadOptions options, CancellationToken cancel)
    {
        var problems = new ProblemLog();
        var isLz4 = false;
        try
        {
            if (bytes.Length < 12 || !bytes.AsSpan().EndsWith("PAR1"u8))
                throw Damaged(problems, "it does not end as Parquet files do, so a part of it is missing");
            bytes = ParquetFooter.Padded(bytes) ?? throw Damaged(problems, "the description of its columns is damaged");
            await using var first = await OpenAsync(bytes, isLong: false, cancel);
            var isLong = first.Schema.DataFields.OfType<DecimalDataField>().Any(d => d.Precision > LongestDecimal);
            await using var other = isLong ? await OpenAsync(bytes, isLong, cancel) : null;
            var reader = other ?? first;
            isLz4 = reader.Metadata?.RowGroups.Any(g => g.Columns.Any(c => c.MetaData?.Codec == CompressionCodec.LZ4)) == true;
            var fields = Flat(reader.Schema, options, problems);
            using var rows = new ParquetRows(
                fields,
                await GroupsAsync(reader, fields, options, problems, cancel),
                new(reader.CustomMetadata)
            );
            var reading = TableAssembly.Read(rows, options with { DecimalMark = options.DecimalMark ?? '.' }, problems, cancel);
            return reading.ToReading(name, new("parquet", null, null, '.', true, null, [], []));
        }
        catch (NotSupportedException e)
        {
            throw problems.Fail(
                "parquet-type",
                $"the Parquet file uses a part of the format that is not read: {e.Message.TrimEnd('.')}",
                "Save it with usual types (texts, numbers, dates), or as CSV."
            );
        }
        catch (Exception e) when (e is not (BadDataException or OperationCanceledException))
        {
            // On damaged files the library throws exceptions of many types, also where a length is too large for an array.
            throw Damaged(
                problems,
                e is OutOfMemoryException ? "it needs more memory than there is"
                    : isLz4 ? "it is packed with LZ4 in a form that is not read, or damaged"
                    : "a part of it is damaged"
            );
        }
    }

    static Task<ParquetReader> OpenAsync(byte[] bytes, bool isLong, CancellationToken cancel) =>
        ParquetReader.CreateAsync(
            new CancellableBytes(bytes, cancel),
            new() { UseDateOnlyTypeForDates = true, UseBigDecimal = isLong },
            leaveStreamOpen: false,
            cancel
        );

    /// <summary>The columns with one value per row; others are left out and named.</summary>
    static DataField[] Flat(ParquetSchema schema, TableReadOptions options, ProblemLog problems)
    {
        if (schema.Fields.Count > options.MaxColumns)
            throw problems.Fail(
                "too-many-columns",
                $"the file has {schema.Fields.Count} columns; at most {options.MaxColumns} are read",
                "Save it with fewer columns."
            );
        DataField[] flat = [.. schema.Fields.OfType<DataField>().Where(f => !f.IsArray)];
        if (flat.Length == schema.Fields.Count)
            return flat;
        string[] nested = [.. schema.Fields.Where(f => f is not DataField { IsArray: false }).Select(f => $"'{f.Name}' ({Word(f)})")];
        var what =
            $"{nested.Length} {(nested.Length == 1 ? "column holds" : "columns hold")} several values per cell: "
            + string.Join(", ", nested.Take(Shown))
            + (nested.Length > Shown ? ", …" : "");
        const string whatToDo = "Save each part as a column of its own (for example with pandas: json_normalize, explode).";
        if (flat.Length == 0)
            throw problems.Fail("nested-columns", what, whatToDo);
        problems.Warn("nested-columns", what + $"; {(nested.Length == 1 ? "it was" : "they were")} left out", whatToDo);
        return flat;
    }

    static string Word(Field field) =>
        field switch
        {
            MapField => "a map",
            StructField => "a structure",
            _ => "a list",
        };

    static async Task<IReadOnlyList<(int Rows, ParquetCells[] Columns)>> GroupsAsync(
        ParquetReader reader,
        DataField[] fields,
        TableReadOptions options,
        ProblemLog problems,
        CancellationToken cancel
    )
    {
        // One row more than the limit, at which reading stops with a warning.
        var left = Math.Min(options.MaxRows, options.MaxCells / Math.Max(1, fields.Length)) + 1;
        var groups = new List<(int, ParquetCells[])>();
        var unpacked = 0L;
        for (var g = 0; g < reader.RowGroupCount && left > 0; g++)
        {
            using var group = reader.OpenRowGroupReader(g);
            Demand(group, fields, ref unpacked, options, problems);
            var take = (int)Math.Min(left, group.RowCount);
            var columns = new ParquetCells[fields.Length];
            for (var c = 0; c < columns.Length; c++)
            {
                cancel.ThrowIfCancellationRequested();
                columns[c] =
                    await ParquetCells.ReadAsync(group, fields[c], take, cancel)
                    ?? throw problems.Fail(
                        "parquet-type",
                        $"the cells are of a type that is not read ({fields[c].ClrType.Name})",
                        "Save the column as text, number or date, or leave it out.",
                        null,
                        fields[c].Name
                    );
            }
            groups.Add((take, columns));
            left -= take;
        }
        return groups;
    }

    /// <summary>Checks what a row group claims before memory is reserved for it.</summary>
    static void Demand(ParquetRowGroupReader group, DataField[] fields, ref long unpacked, TableReadOptions options, ProblemLog problems)
    {
        if (group.RowCount is < 0 or > MostRowsOfGroup)
            throw problems.Fail(
                "too-many-rows",
                $"a row group of the Parquet file has {group.RowCount} rows; at most {MostRowsOfGroup} are read at once",
                "Save the file with smaller row groups, or a sample of its rows."
            );
        foreach (var field in fields)
        {
            if (group.GetMetadata(field)?.MetaData is not { } chunk || chunk.NumValues != group.RowCount || chunk.TotalUncompressedSize < 0)
                throw Damaged(problems, $"the column '{field.Name}' has another number of values than the row group has rows");
            unpacked += chunk.TotalUncompressedSize;
        }
        if (unpacked > options.MaxUnpackedBytes)
            throw problems.Fail(
                "unpacks-too-large",
                $"the columns of the Parquet file unpack to more than {ByteWords.Of(options.MaxUnpackedBytes)}",
                "Read a sample of its rows, or raise the limit in the settings."
            );
    }

    static BadDataException Damaged(ProblemLog problems, string why) =>
        problems.Fail("broken-parquet", $"the Parquet file cannot be read: {why}", "Get the file again, or save the table as CSV.");
}
