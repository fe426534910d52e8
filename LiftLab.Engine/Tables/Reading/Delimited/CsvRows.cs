using Sylvan.Data.Csv;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>Reads the records of a delimited text.</summary>
sealed class CsvRows : RowReader
{
    const int LargestRecord = 1 << 24;
    readonly CsvDataReader reader;
    readonly char delimiter;

    /// <param name="strict">True: invalid quoting throws <see cref="CsvFormatException"/>. False: invalid quotes are read as text.</param>
    /// <param name="damaged">Whether the text has NUL or replacement characters.</param>
    public CsvRows(TextReader text, char delimiter, bool strict, CsvQuoting quoting, bool damaged)
    {
        this.delimiter = delimiter;
        MayBeDamaged = damaged;
        reader = CsvDataReader.Create(
            text,
            new CsvDataReaderOptions
            {
                HasHeaders = false,
                Delimiter = delimiter,
                // The default '#' would skip rows whose first cell begins with #.
                Comment = '\0',
                Quote = quoting == CsvQuoting.Single ? '\'' : '"',
                Escape = quoting switch
                {
                    CsvQuoting.Backslash => '\\',
                    CsvQuoting.Single => '\'',
                    _ => '"',
                },
                CsvStyle = strict ? CsvStyle.Standard : CsvStyle.Lax,
                ResultSetMode = ResultSetMode.SingleResult,
                BufferSize = 1 << 16,
                MaxBufferSize = LargestRecord,
            }
        );
    }

    public override bool KnowsNumbers => false;

    public override bool MayBeDamaged { get; }

    public override bool Next() => reader.Read();

    public override int FieldCount => reader.RowFieldCount;

    public override ReadOnlySpan<char> Field(int index) => reader.GetFieldSpan(index);

    /// <summary>Index of the first field with invalid quoting, or -1.</summary>
    /// <param name="unclosed">True where the field's opening quote is never closed, so that the record reaches the end of the file.</param>
    public int BrokenField(out bool unclosed)
    {
        unclosed = false;
        var raw = reader.GetRawRecordSpan().TrimEnd("\r\n");
        var field = 0;
        for (var i = 0; i <= raw.Length; i++, field++)
        {
            if (i < raw.Length && raw[i] == '"')
            {
                for (i++; ; i++)
                {
                    var next = i >= raw.Length ? -1 : raw[i..].IndexOf('"');
                    if (next < 0)
                    {
                        unclosed = true;
                        return field;
                    }
                    i += next + 1;
                    if (i >= raw.Length || raw[i] != '"')
                        break;
                }
                if (i < raw.Length && raw[i] != delimiter)
                    return field;
            }
            else
            {
                var next = raw[i..].IndexOf(delimiter);
                i = next < 0 ? raw.Length : i + next;
            }
        }
        return -1;
    }

    public override void Dispose() => reader.Dispose();
}
