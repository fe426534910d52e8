namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>Recognises rows between data rows that are no data: comments, and the header where files were joined.</summary>
/// <param name="headers">The header rows as in the file.</param>
sealed class RowFilter(IReadOnlyList<string[]> headers, ProblemLog problems)
{
    /// <summary>Rows that a table has before another one may begin.</summary>
    const int FewestRows = 3;

    readonly HashSet<string> names = [.. (headers.Count == 0 ? [] : headers[^1]).Where(h => h.Length > 0)];
    bool hashIsData;

    public enum Verdict
    {
        Data,
        Comment,
        Repeated,

        /// <summary>Dashes, equals signs and bars that only draw a line.</summary>
        Rule,

        /// <summary>The columns come in another order from here on, or are others.</summary>
        OtherTable,
    }

    /// <param name="kept">The row if it was read ahead; null for the reader's current row.</param>
    /// <param name="before">Number of data rows above the row.</param>
    /// <param name="afterBlank">Whether a blank row is above it.</param>
    public Verdict Look(RowReader rows, string[]? kept, int fields, ColumnBuilder[] columns, int before, bool afterBlank)
    {
        if (fields == 0)
            return Verdict.Data;
        var first = Cell(0).Trim();
        if (!hashIsData && CellText.BeginsComment(first))
        {
            if (fields != columns.Length || HasOneCell(rows, kept, fields) || IsNumeric(columns[0]))
            {
                problems.Warn(
                    "comment-lines",
                    $"the line '{CellText.Short(Text(rows, kept, fields))}' "
                        + $"{(before == 0 ? "above the first row" : $"below row {before}")} was read as a comment and left out",
                    "If it is a row of data, read every row (--every-row).",
                    before == 0 ? null : before
                );
                return Verdict.Comment;
            }
            hashIsData = true;
        }
        if (columns.Length < 2)
            return Verdict.Data;
        if (IsRule(rows, kept, fields))
            return Verdict.Rule;
        if (IsName(first))
        {
            foreach (var header in headers)
                if (Repeats(header))
                {
                    problems.Warn(
                        "repeated-header",
                        "the row repeats the header row and was left out",
                        "Files that were joined have their header rows between the data; remove them if more than one file was not meant.",
                        before + 1
                    );
                    return Verdict.Repeated;
                }
            if (IsPermuted())
            {
                problems.Error(
                    "other-header",
                    "the row is a header row with the columns in another order; it and all later rows were left out",
                    "Give the joined files the same order of columns.",
                    before + 1
                );
                return Verdict.OtherTable;
            }
        }
        if (!afterBlank || before < FewestRows || !IsOtherHeader())
            return Verdict.Data;
        problems.Warn(
            "second-table",
            $"below a blank line the row '{CellText.Short(Text(rows, kept, fields))}' has words where the rows above have numbers, "
                + "as the header row of another table; it and all later rows were left out",
            "If they are rows of this table, read every row (--every-row). Otherwise put the second table into a file of its own.",
            before + 1
        );
        return Verdict.OtherTable;

        ReadOnlySpan<char> Cell(int i) => kept is null ? rows.Field(i) : kept[i];

        bool Repeats(string[] header)
        {
            for (var i = 0; i < Math.Max(fields, header.Length); i++)
                if (!(i < fields ? Cell(i).Trim() : default).Equals(i < header.Length ? header[i] : "", StringComparison.OrdinalIgnoreCase))
                    return false;
            return true;
        }

        bool IsOtherHeader()
        {
            var last = fields - 1;
            while (last >= 0 && Cell(last).IsWhiteSpace())
                last--;
            if (last < 1 || CellText.BeginsNote(Cell(0).Trim()))
                return false;
            var overNumbers = 0;
            HashSet<string> cells = new(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i <= last; i++)
            {
                var cell = Cell(i).Trim().ToString();
                // A sentence below the table has blanks behind its commas.
                if (i > 0 && Cell(i) is [var lead, ..] && char.IsWhiteSpace(lead) || CellText.Words(cell) > 4)
                    return false;
                if (!CellText.IsWord(cell) || !cells.Add(cell))
                    return false;
                if (i < columns.Length && IsNumeric(columns[i]))
                    overNumbers++;
            }
            return overNumbers >= 2; // one word alone, such as "closed", can be a value
        }

        bool IsPermuted()
        {
            if (names.Count < 2 || Cell(0).IsWhiteSpace())
                return false;
            HashSet<string> cells = [];
            for (var i = 0; i < fields; i++)
                if (Cell(i).Trim() is { Length: > 0 } cell && !cells.Add(cell.ToString()))
                    return false;
            return cells.SetEquals(names);
        }
    }

    static bool IsRule(RowReader rows, string[]? kept, int fields)
    {
        var any = false;
        for (var i = 0; i < fields; i++)
        {
            var cell = (kept is null ? rows.Field(i) : kept[i]).Trim();
            if (cell.Length == 0)
                continue;
            if (cell.Length < LeastRule || cell.ContainsAnyExcept(RuleSigns))
                return false;
            any = true;
        }
        return any;
    }

    static readonly System.Buffers.SearchValues<char> RuleSigns = System.Buffers.SearchValues.Create("-=+|: ");

    /// <summary>"--" marks a missing value, "-----" draws a line.</summary>
    const int LeastRule = 3;

    // Not a local function of Look: its lambda would allocate in every call.
    static bool HasOneCell(RowReader rows, string[]? kept, int fields) =>
        fields > 1 && Enumerable.Range(1, fields - 1).All(i => (kept is null ? rows.Field(i) : kept[i]).IsWhiteSpace());

    static string Text(RowReader rows, string[]? kept, int fields) =>
        string.Join(
            rows.Joint,
            Enumerable.Range(0, fields).Select(i => (kept is null ? rows.Field(i) : kept[i]).Trim().ToString()).Where(c => c.Length > 0)
        );

    bool IsName(ReadOnlySpan<char> cell)
    {
        foreach (var header in headers)
            if (header.Length > 0 && cell.Equals(header[0], StringComparison.OrdinalIgnoreCase))
                return true;
        return cell.Length > 0 && names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(cell);
    }

    static bool IsNumeric(ColumnBuilder column) =>
        column.Filled > 0 && column.Cells.Take(50).All(c => c.Length == 0 || CellText.IsNumber(c));
}
