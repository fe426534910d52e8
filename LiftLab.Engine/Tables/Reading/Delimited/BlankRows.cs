using System.Text;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>The lines of a text whose cells are separated by blanks or tabs. A cell in double quotes may contain blanks.</summary>
/// <param name="least">Least number of blanks between two cells: 2 where single blanks are part of the texts.</param>
sealed class BlankRows(TextReader text, int least, bool damaged) : RowReader
{
    const int LongestLine = 1 << 24;
    readonly List<string> fields = [];

    public override bool KnowsNumbers => false;
    public override bool MayBeDamaged => damaged;
    public override string Joint => " ";
    public override int FieldCount => fields.Count;

    public override ReadOnlySpan<char> Field(int index) => fields[index];

    public override bool Next()
    {
        if (text.ReadLine() is not { } line)
            return false;
        Split(line.Length > LongestLine ? line[..LongestLine] : line, least, fields);
        return true;
    }

    /// <summary>Splits a line into cells.</summary>
    public static void Split(string line, int least, List<string> fields)
    {
        fields.Clear();
        var cell = new StringBuilder();
        var i = 0;
        while (true)
        {
            while (i < line.Length && IsBlank(line[i]))
                i++;
            if (i == line.Length)
                return;
            cell.Clear();
            if (line[i] == '"' && Quoted(line, i, cell) is var end && end > 0)
                i = end;
            while (i < line.Length && !IsGap(line, i, least))
                cell.Append(line[i++]);
            fields.Add(cell.ToString());
        }
    }

    /// <summary>Reads a cell in quotes, in which a quote is doubled or follows a backslash.</summary>
    /// <returns>The index after the closing quote; 0 where the quote is not closed on this line.</returns>
    static int Quoted(string line, int at, StringBuilder cell)
    {
        for (var i = at + 1; i < line.Length; i++)
            if (line[i] is '\\' or '"' && i + 1 < line.Length && line[i + 1] == '"')
                cell.Append(line[++i]);
            else if (line[i] == '"')
                return i + 1;
            else
                cell.Append(line[i]);
        cell.Clear();
        return 0;
    }

    static bool IsGap(string line, int at, int least)
    {
        if (line[at] == '\t')
            return true;
        for (var n = 0; n < least; n++)
            if (at + n < line.Length && !IsBlank(line[at + n]))
                return false;
        return true;
    }

    static bool IsBlank(char c) => c is ' ' or '\t';

    public override void Dispose() => text.Dispose();
}
