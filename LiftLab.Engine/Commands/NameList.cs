using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands;

/// <summary>
/// A list of columns on the command line, separated by commas. A name may hold commas: it is recognised where it is a column's name, and
/// can be put in single or double quotes.
/// </summary>
static class NameList
{
    /// <exception cref="ArgumentException">A name is not a column of the table.</exception>
    public static IReadOnlyList<string> Read(string list, Table table)
    {
        var names = new List<string>();
        var parts = Parts(list);
        for (var from = 0; from < parts.Count; )
        {
            // The longest run of parts that is a column's name.
            var to = parts.Count;
            while (to > from + 1 && !table.Has(list[parts[from].Start..parts[to - 1].End].Trim()))
                to--;
            var text = list[parts[from].Start..parts[to - 1].End].Trim();
            if (text.Length > 0)
                names.Add(Known(table, table.Has(text) ? text : Unquoted(text)));
            from = to;
        }
        return names;
    }

    /// <exception cref="ArgumentException">The table has no such column.</exception>
    public static string Known(Table table, string column) =>
        table.Has(column)
            ? column
            : throw new ArgumentException(
                $"there is no column '{column}'; the columns are {QuotedNames.Of(table.Columns.Select(c => c.Name))}"
            );

    /// <summary>The texts between commas outside of quotes that begin a part.</summary>
    static List<(int Start, int End)> Parts(string list)
    {
        var parts = new List<(int, int)>();
        for (var start = 0; start <= list.Length; )
        {
            var first = start;
            while (first < list.Length && list[first] == ' ')
                first++;
            var quoted = first < list.Length && list[first] is '"' or '\'' ? list.IndexOf(list[first], first + 1) : -1;
            var comma = list.IndexOf(',', quoted >= 0 ? quoted : start);
            var end = comma < 0 ? list.Length : comma;
            parts.Add((start, end));
            start = end + 1;
        }
        return parts;
    }

    static string Unquoted(string text) => text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
}
