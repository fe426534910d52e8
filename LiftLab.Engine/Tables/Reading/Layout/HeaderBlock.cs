namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>
/// The rows above the data: comments and titles, which are left out, one to three header rows, a row of units. Every decision is reported.
/// </summary>
/// <param name="Names">One text per column; may be empty or repeated.</param>
/// <param name="HeaderRows">The header rows as in the file, to recognise them where they are repeated; empty without a header.</param>
/// <param name="Skipped">Number of filled rows above the header that were left out.</param>
/// <param name="Units">The unit of each column; null without a row of units.</param>
sealed record HeaderBlock(string[] Names, IReadOnlyList<string[]> HeaderRows, int Skipped, string[]? Units)
{
    const int MostHeaderRows = 3;

    public bool HasHeader => HeaderRows.Count > 0;

    /// <summary>Finds the block and removes its rows from <paramref name="first"/>, so that data rows remain.</summary>
    /// <param name="sure">Whether the first row is known to be the header.</param>
    public static HeaderBlock Take(List<RowAhead> first, TableReadOptions options, bool sure, ProblemLog problems)
    {
        var every = options.EveryRow == true || sure;
        var skipped = Skip(first, options, sure, problems);
        if (!(options.HasHeader ?? (sure || HeaderRow.IsHeader(first[0].Cells, Below(first)))))
            return WithoutHeader(first, skipped, problems);
        List<RowAhead> header = [first[0]];
        first.RemoveAt(0);
        if (!every && first.Count > 1 && first[0].Cells.All(c => c.Length == 0 || CellText.IsRule(c)))
            first.RemoveAt(0);
        if (options.HeaderRows is { } told)
            while (header.Count < told && first.Count > 0)
                Move();
        else if (!every)
            while (header.Count < MostHeaderRows && IsGroupHeader(header[^1], first))
                Move();
        var names = Joined(header);
        if (header.Count > 1)
            problems.Warn(
                "header-rows",
                $"{header.Count} header rows were joined to one name per column: {Some(names)}",
                "If the table has one header row, read it with one header row (--header 1)."
            );
        var units = every || options.HeaderRows is not null ? null : TakeUnits(first, names, problems);
        return new(Fitted(names, first, problems), [.. header.Select(h => h.Cells)], skipped, units);

        void Move()
        {
            header.Add(first[0]);
            first.RemoveAt(0);
        }
    }

    /// <summary>
    /// The rows below the first. Rows without numbers among rows with numbers may be header rows of joined files: they are left out.
    /// </summary>
    static string[][] Below(List<RowAhead> first)
    {
        string[][] below = [.. first.Skip(1).Select(r => r.Cells)];
        string[][] numeric = [.. below.Where(r => r.Any(CellText.IsNumber))];
        return first[0].Cells.Any(CellText.IsNumber) || numeric.Length < 0.8 * below.Length ? below : numeric;
    }

    static int Skip(List<RowAhead> first, TableReadOptions options, bool sure, ProblemLog problems)
    {
        if (options.SkippedRows is { } told)
        {
            if (told >= first.Count)
                throw problems.Fail(
                    "no-rows",
                    $"only {first.Count} of the first rows are filled, and {told} of them are to be skipped",
                    "Skip fewer rows."
                );
            first.RemoveRange(0, told);
            return told;
        }
        if (options.HasHeader is not null || sure)
            return 0;
        while (first.Count > 1 && first[0].Cells.All(c => c.Length == 0 || CellText.IsRule(c)))
            first.RemoveAt(0); // the upper line of a table that is drawn with characters
        var comments = first.TakeWhile(r => CellText.BeginsComment(r.Cells[0])).Count();
        if (comments == first.Count)
            comments = 0;
        if (comments > 0 && !HeaderRow.IsHeader(first[comments].Cells, [.. first.Skip(comments + 1).Select(r => r.Cells)]))
            comments--; // the row below holds data, so the last line that begins with # is the header row
        if (comments > 0)
        {
            problems.Warn(
                "comment-lines",
                $"{Rows(comments)} above the table {(comments == 1 ? "begins" : "begin")} with '{Lead(first[0])}' and "
                    + $"{(comments == 1 ? "was read as a comment" : "were read as comments")} and left out: "
                    + $"'{CellText.Short(first[0].Text)}'",
                "If they belong to the table, skip 0 rows (--skip 0)."
            );
            first.RemoveRange(0, comments);
        }
        Uncomment(first, problems);
        var titles = HeaderRow.TitleRows([.. first.Select(r => r.Cells)]);
        if (titles > 0)
        {
            problems.Warn(
                "title-rows",
                $"{Rows(titles)} above the table {(titles == 1 ? "was" : "were")} read as a title and left out: '{CellText.Short(first[0].Text)}'",
                "If they belong to the table, skip 0 rows (--skip 0)."
            );
            first.RemoveRange(0, titles);
        }
        return comments + titles;
    }

    /// <summary>
    /// "# mass length" above data is a header row that programs such as NumPy write: its mark is no part of the first name.
    /// </summary>
    static void Uncomment(List<RowAhead> first, ProblemLog problems)
    {
        var cells = first[0].Cells;
        var sign = CellText.BeginsComment(cells[0]) && !CellText.BeginsComment(first[^1].Cells[0]) ? Lead(first[0]) : "";
        // Between blanks the sign is a cell of its own, as is "#fields" of some logs.
        if (
            sign.Length > 0
            && cells.Length > 2
            && first.Count > 1
            && first.Skip(1).All(r => CellText.BeginsComment(r.Cells[0]) || r.Cells.Length == cells.Length - 1)
        )
            cells = cells[1..];
        else if (sign.Length > 0 && cells[0].StartsWith(sign + " ", StringComparison.Ordinal))
            cells = [cells[0][sign.Length..].Trim(), .. cells[1..]];
        else
            return;
        problems.Warn(
            "commented-header",
            $"the header row begins with '{sign}'; the sign was left out of the first name '{cells[0]}'",
            "Remove the sign from the file."
        );
        first[0] = first[0] with { Cells = cells };
    }

    static HeaderBlock WithoutHeader(List<RowAhead> first, int skipped, ProblemLog problems)
    {
        var width = first.GroupBy(r => r.Cells.Length).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
        problems.Warn(
            "no-header",
            "the first row looks like data, not like column names; the columns were named x1, x2, …",
            "Add a header row with names, so that prompts can use them."
        );
        return new([.. Enumerable.Range(1, width).Select(i => $"x{i}")], [], skipped, null);
    }

    /// <summary>
    /// Whether a row names groups of columns and the row below it names the columns: the upper row has empty or repeated cells, and the
    /// lower one has words above columns of numbers and no cell that is repeated below it.
    /// </summary>
    static bool IsGroupHeader(RowAhead upper, List<RowAhead> below)
    {
        if (below.Count < 2 || upper.Filled < 1)
            return false;
        var names = upper.Cells;
        var lower = below[0].Cells;
        var width = Math.Min(names.Length, lower.Length);
        var gaps = Enumerable.Range(0, width).Any(i => names[i].Length == 0 && lower[i].Length > 0);
        var repeats = names.Where(n => n.Length > 0).GroupBy(n => n, StringComparer.Ordinal).Any(g => g.Count() > 1);
        return (gaps || repeats) && HoldsNoData(lower, below);
    }

    /// <summary>Whether the first of the rows has words in every column that is numeric below it, and no word that occurs again.</summary>
    static bool HoldsNoData(string[] row, List<RowAhead> rows)
    {
        // The header may come again where files were joined.
        string[][] others = [.. rows.Skip(1).Select(r => r.Cells).Where(r => !r.SequenceEqual(row, StringComparer.Ordinal))];
        var over = 0;
        for (var i = 0; i < row.Length; i++)
        {
            string[] below = [.. others.Where(r => i < r.Length && !CellText.IsMissing(r[i])).Select(r => r[i])];
            if (row[i].Length > 0 && below.Contains(row[i], StringComparer.Ordinal))
                return false;
            if (below.Length == 0 || below.Count(CellText.IsNumber) < 0.9 * below.Length)
                continue;
            if (CellText.IsNumber(row[i]))
                return false;
            if (CellText.IsWord(row[i]))
                over++;
        }
        return over > 0;
    }

    /// <summary>Joins the header rows from top to bottom; a group's name is repeated over the columns of the group.</summary>
    static string[] Joined(List<RowAhead> header)
    {
        if (header.Count == 1)
            return header[0].Cells;
        var width = header.Max(h => h.Cells.Length);
        var names = new string[width];
        for (var i = 0; i < width; i++)
        {
            var parts = new List<string>();
            for (var level = 0; level < header.Count; level++)
            {
                var part = Part(header[level], i, last: level == header.Count - 1);
                if (part.Length > 0 && (parts.Count == 0 || parts[^1] != part))
                    parts.Add(part);
            }
            names[i] = string.Join(' ', parts);
        }
        return names;

        static string Part(RowAhead row, int column, bool last)
        {
            if (column < row.Cells.Length && row.Cells[column].Length > 0 || last)
                return column < row.Cells.Length ? row.Cells[column] : "";
            if (row.Groups is { } groups)
                return column < groups.Length ? row.Cells[groups[column]] : "";
            var from = Math.Min(column, row.Cells.Length - 1);
            while (from >= 0 && row.Cells[from].Length == 0)
                from--;
            return from < 0 ? "" : row.Cells[from];
        }
    }

    /// <summary>Takes a row below the header that has words in all columns of numbers: units, types or descriptions.</summary>
    static string[]? TakeUnits(List<RowAhead> first, string[] names, ProblemLog problems)
    {
        if (first.Count < 4 || !HoldsNoData(first[0].Cells, first))
            return null;
        var cells = first[0].Cells;
        var over = Enumerable.Range(0, cells.Length).Count(i => CellText.IsWord(cells[i]));
        var units = cells.All(UnitText.IsUnit);
        // One word over one column of numbers may be a damaged cell, unless it is a unit.
        if (over < 2 && !(units && cells.Any(UnitText.IsKnown)))
            return null;
        first.RemoveAt(0);
        // Surveys have the questions and then the keys of the questions below the names.
        var two = over > 1 && first.Count >= 4 && HoldsNoData(first[0].Cells, first);
        var (second, more) = two ? (first[0].Cells, $", then {Some(first[0].Cells)}") : (null, "");
        if (two)
            first.RemoveAt(0);
        units |= second?.All(UnitText.IsUnit) == true;
        problems.Warn(
            units ? "units-row" : "description-row",
            $"the {(two ? "two rows" : "row")} below the header {(two ? "hold" : "holds")} {(units ? "units" : "descriptions")} and no data ({Some(cells)}{more}) and {(two ? "were" : "was")} left out",
            "If it is a row of data, read every row (--every-row).",
            null
        );
        return units ? [.. (cells.All(UnitText.IsUnit) ? cells : second!).Take(names.Length).Select(UnitText.Bare)] : null;
    }

    /// <summary>
    /// The names where all rows have one cell more than the header: a last cell that is always empty is no column; else the first cells
    /// are row names if they look like it; else it is not known which column has no name.
    /// </summary>
    static string[] Fitted(string[] names, List<RowAhead> rows, ProblemLog problems)
    {
        if (rows.Count == 0 || !rows.TrueForAll(r => r.Cells.Length == names.Length + 1) || rows.TrueForAll(r => r.Cells[^1].Length == 0))
            return names;
        if (HeaderRow.AreRowNames([.. rows.Select(r => r.Cells[0])]) && !HeaderRow.NamesRows(names[0]))
        {
            problems.Warn(
                "row-names",
                $"the header row has {names.Length} cells and each row has {names.Length + 1}; the first cell of a row was read as its name",
                "If another column has no name, add the name to the header row.",
                null,
                "column 1"
            );
            return ["", .. names];
        }
        problems.Error(
            "short-header",
            $"the header row has {names.Length} cells and each row has {names.Length + 1}, so that it is not known which column has no name",
            "Add the missing name to the header row, and quote cells that contain the delimiter."
        );
        return [.. names, ""];
    }

    static string Some(string[] cells) =>
        string.Join(", ", cells.Where(c => c.Length > 0).Take(4).Select(c => $"'{CellText.Short(c)}'"))
        + (cells.Count(c => c.Length > 0) > 4 ? ", …" : "");

    static string Rows(int count) => count == 1 ? "one row" : $"{count} rows";

    static string Lead(RowAhead row) => row.Cells[0].StartsWith("//", StringComparison.Ordinal) ? "//" : row.Cells[0][..1];
}
