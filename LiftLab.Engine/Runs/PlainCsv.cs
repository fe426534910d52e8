using System.Buffers;
using System.Text;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs;

/// <summary>A table as the CSV of run folders: UTF-8, commas, quotes where needed, a point in numbers, a header.</summary>
public static class PlainCsv
{
    static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static void Write(Table table, string file)
    {
        using var stream = File.Create(file);
        Write(table, stream);
        stream.Flush(flushToDisk: true);
    }

    public static void Write(Table table, Stream stream)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        Line(writer, table, c => c.Name);
        for (var row = 0; row < table.RowCount; row++) Line(writer, table, c => c.Cells[row]);
    }

    static void Line(StreamWriter writer, Table table, Func<Column, string> cell)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (i > 0) writer.Write(',');
            var text = cell(table.Columns[i]);
            if (text.AsSpan().IndexOfAny(Quoted) >= 0 || (text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))))
                writer.Write($"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            else writer.Write(text);
        }
        writer.WriteLine();
    }
}
