using LiftLab.Engine.Tables.Reading.Layout;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Builds named columns from rows of cell texts: finds the header, handles rows of unequal length, leaves out rows that are no data,
/// converts numbers to invariant notation and applies the limits.
/// </summary>
sealed class TableAssembly
{
    const int Lookahead = 50;
    const int BlankRowsThatEnd = 1_000;

    /// <summary>Cells of a table from which on they are packed.</summary>
    public const int Packed = 1_000_000;
    readonly TableReadOptions options;
    readonly ProblemLog problems;
    readonly RowReader rows;
    readonly TableTail tail;
    readonly CancellationToken cancel;
    HeaderBlock header = new([], [], 0, null);
    RowFilter? filter;
    string[] names = [];
    ColumnBuilder[] columns = [];
    char decimalMark = '.';
    int dataRows,
        keptRows,
        blankRun,
        comments,
        filled;
    string? firstComment;
    bool afterBlank,
        over;

    /// <summary>The only column whose cells are kept below the rows that tell the decimal mark; -1: all are.</summary>
    int one = -1;

    TableAssembly(RowReader rows, TableReadOptions options, ProblemLog problems, CancellationToken cancel)
    {
        (this.rows, this.options, this.problems, this.cancel) = (rows, options, problems, cancel);
        tail = new(problems);
    }

    /// <exception cref="BadDataException">The file has no rows, or more columns than allowed.</exception>
    public static TableAssembly Read(RowReader rows, TableReadOptions options, ProblemLog problems, CancellationToken cancel = default)
    {
        var assembly = new TableAssembly(rows, options, problems, cancel);
        assembly.Begin(assembly.FirstRows());
        while (!assembly.over && assembly.NextRow())
            if (!assembly.TakeRow(null, assembly.afterBlank))
                break;
        assembly.Finish();
        return assembly;
    }

    /// <summary>One column without the others.</summary>
    /// <returns>
    /// Null where the column is not there or has no values, and where anything would be said of the table: it may then depend on other
    /// columns.
    /// </returns>
    public static Column? ReadOne(RowReader rows, string name, TableReadOptions options, CancellationToken cancel)
    {
        var problems = new ProblemLog();
        var assembly = new TableAssembly(rows, options, problems, cancel);
        assembly.Begin(assembly.FirstRows());
        if (assembly.over || (assembly.one = Array.IndexOf(assembly.names, name)) < 0)
            return null;
        while (assembly.NextRow())
            if (!assembly.TakeRow(null, assembly.afterBlank) || problems.Any)
                return null;
        if (problems.Any || assembly.tail.Count > 0 || assembly.comments > 0 || assembly.columns[assembly.one].Filled == 0)
            return null;
        return CellPass.ReadOne(assembly.columns, assembly.names, assembly.one, options, rows.KnowsNumbers)
            ? assembly.columns[assembly.one].Build(name)
            : null;
    }

    /// <summary>The number of rows that would be read as data.</summary>
    /// <param name="filled">Number of filled rows.</param>
    /// <param name="whole">False: only the rows above the data are looked at, which is enough for a large sheet.</param>
    public static int CountRows(RowReader rows, TableReadOptions options, int filled, bool whole, CancellationToken cancel)
    {
        try
        {
            var assembly = new TableAssembly(rows, options, new(), cancel);
            var first = assembly.FirstRows();
            var above = first.Count;
            assembly.Begin(first, take: whole);
            if (!whole)
                return Math.Max(0, filled - (above - first.Count));
            while (!assembly.over && assembly.NextRow())
                if (!assembly.TakeRow(null, assembly.afterBlank))
                    break;
            assembly.AddAll(assembly.tail.End(assembly.columns));
            return assembly.keptRows;
        }
        catch (BadDataException)
        {
            return 0;
        }
    }

    /// <summary>Number of rows that were read as data.</summary>
    public int RowCount => keptRows;

    public TableReading ToReading(string name, TableFormat format)
    {
        string[] marks = [.. columns.SelectMany(c => c.MissingMarks).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var kept = Enumerable.Range(0, columns.Length);
        Column[] built = [.. kept.Select(i => columns[i].Build(names[i]))];
        return new(
            new Table(name, CellPass.WithParts(built, options)),
            problems.ToList(),
            format with
            {
                HasHeader = header.HasHeader,
                HeaderRows = header.HeaderRows.Count,
                SkippedRows = header.Skipped,
                DecimalMark = decimalMark,
                MissingMarks = marks,
            }
        )
        {
            AsRead = options with
            {
                DecimalMark = decimalMark,
                HasHeader = header.HasHeader,
                HeaderRows = header.HeaderRows.Count > 0 ? header.HeaderRows.Count : null,
                SkippedRows = header.Skipped,
                AllColumns = null,
                Columns = kept.ToDictionary(i => names[i], i => columns[i].AsRead),
            },
        };
    }

    /// <summary>
    /// Advances to the next row that is not blank. A long run of blank rows ends the table: a sheet may declare a million rows that it does
    /// not have.
    /// </summary>
    bool NextRow()
    {
        afterBlank = false;
        while (rows.Next())
        {
            cancel.ThrowIfCancellationRequested();
            filled = rows.Filled();
            if (filled > options.MaxColumns)
                throw problems.Fail(
                    "too-many-columns",
                    $"a row has {filled} cells; at most {options.MaxColumns} columns are read",
                    "Remove columns, or check the delimiter."
                );
            if (filled > 0)
            {
                blankRun = 0;
                if (options.CommentMark is not { } mark || !rows.Field(0).TrimStart().StartsWith(mark, StringComparison.Ordinal))
                    return true;
                if (comments++ == 0)
                    firstComment = string.Join(rows.Joint, rows.ToArray(filled).Where(c => c.Length > 0));
                continue;
            }
            afterBlank = true;
            if (++blankRun >= BlankRowsThatEnd)
            {
                problems.Warn(
                    "blank-rows",
                    $"{BlankRowsThatEnd} blank rows follow; reading stopped there",
                    "Remove the blank rows if the table continues after them.",
                    Math.Max(1, dataRows)
                );
                return false;
            }
        }
        return false;
    }

    List<RowAhead> FirstRows()
    {
        var first = new List<RowAhead>();
        while (first.Count < Lookahead && NextRow())
        {
            // A row may have millions of empty cells.
            var width = Math.Min(rows.FieldCount, Math.Max(filled, options.MaxColumns));
            first.Add(new(rows.ToArray(width), afterBlank, rows.Joint, Groups(width), rows.Formats(width)));
        }
        if (first.Count == 0)
            throw problems.Fail("no-rows", "every cell of the file is empty", "Choose a file with a header row and data rows.");
        return first;
    }

    int[]? Groups(int width)
    {
        int[]? groups = null;
        for (var i = 0; i < width; i++)
            if (rows.MergedTo(i) is var last && last > i)
            {
                groups ??= [.. Enumerable.Range(0, width)];
                for (; i < Math.Min(last, width - 1); i++)
                    groups[i + 1] = groups[i];
            }
        return groups;
    }

    void Begin(List<RowAhead> first, bool take = true)
    {
        header = HeaderBlock.Take(first, options, rows.HasNames, problems);
        var cells = header.Names;
        // Columns at the right without a name and without a value in the first rows are dropped.
        var used = Math.Max(
            1,
            Math.Max(
                Array.FindLastIndex(cells, h => h.Length > 0),
                first.Count == 0 ? 0 : first.Max(r => Array.FindLastIndex(r.Cells, c => c.Length > 0))
            ) + 1
        );
        if (used < cells.Length)
            cells = cells[..used];
        if (rows.MayBeDamaged)
            cells = [.. cells.Select(c => c.AsSpan().IndexOfAny('\0', '\uFFFD') < 0 ? c : DamagedCell.Read(c, null, c, problems))];
        names = HeaderRow.Names(cells, problems);
        columns = [.. names.Select((name, i) => new ColumnBuilder(options.MissingMarks, OptionsOf(name, i), options.KeepsWritten))];
        for (var i = 0; i < Math.Min(columns.Length, header.Units?.Length ?? 0); i++)
            columns[i].Unit = header.Units![i] is { Length: > 0 } unit ? unit : null;
        if (options.EveryRow != true && !rows.HasNames)
            filter = new(header.HeaderRows, problems);
        if (take)
            foreach (var row in first)
                if (over = !TakeRow(row, row.AfterBlank))
                    break;
    }

    ColumnReadOptions OptionsOf(string name, int index) =>
        rows.Declared(index) is { } declared ? declared.And(options.Of(name)) : options.Of(name);

    /// <summary>Looks at a row: data is added, a doubtful row is held back, and a row that is no data is left out.</summary>
    /// <param name="ahead">One of the first rows, which were read ahead; null for the reader's current row.</param>
    /// <returns>False where a limit is reached or the rest of the file is another table.</returns>
    bool TakeRow(RowAhead? ahead, bool afterBlank)
    {
        var kept = ahead?.Cells;
        var fields = kept?.Length ?? rows.FieldCount;
        if (filter is null)
            return AddRow(ahead, ++dataRows);
        switch (filter.Look(rows, kept, fields, columns, dataRows, afterBlank))
        {
            case RowFilter.Verdict.Comment:
            case RowFilter.Verdict.Rule:
                return true;
            case RowFilter.Verdict.Repeated:
                dataRows++;
                return true;
            case RowFilter.Verdict.OtherTable:
                return false;
        }
        dataRows++;
        if (
            TableTail.IsDoubtful(
                rows,
                kept,
                Math.Max(fields < columns.Length ? fields : columns.Length, Last(fields, kept)),
                columns.Length,
                afterBlank
            )
        )
        {
            var width = Math.Min(fields, Math.Max(columns.Length, filled));
            tail.Hold(ahead ?? new(rows.ToArray(width), afterBlank, rows.Joint, Formats: rows.Formats(width)), dataRows);
            return AddAll(tail.Release(fullRowFollows: false));
        }
        return (tail.Count == 0 || AddAll(tail.Release(fullRowFollows: true))) && AddRow(ahead, dataRows);

        int Last(int fields, string[]? kept) =>
            fields <= columns.Length ? fields
            : kept is null ? filled
            : Array.FindLastIndex(kept, c => c.Length > 0) + 1;
    }

    bool AddAll(IEnumerable<(RowAhead Row, int Number)> held)
    {
        foreach (var (row, number) in held)
            if (!AddRow(row, number))
                return false;
        return true;
    }

    /// <summary>Adds a row. Returns false where a limit is reached.</summary>
    bool AddRow(RowAhead? ahead, int number)
    {
        var kept = ahead?.Cells;
        var fields = kept?.Length ?? rows.FieldCount;
        if (keptRows >= options.MaxRows || (long)keptRows * columns.Length >= options.MaxCells)
        {
            problems.Warn(
                "rows-capped",
                $"only the first {keptRows} rows were read",
                "Raise the limit in the settings, or read a sample of the rows."
            );
            return false;
        }
        if (fields > columns.Length)
            for (var i = columns.Length; i < fields; i++)
                if (!Cell(i, kept).IsWhiteSpace())
                {
                    problems.Warn(
                        "long-row",
                        $"the row has {fields} cells and the header row has {columns.Length}; the row was left out",
                        "Quote cells that contain the delimiter, or remove the extra cells.",
                        number
                    );
                    return true;
                }
        if (fields < columns.Length)
            problems.Warn(
                "short-row",
                $"the row has {fields} cells and the header row has {columns.Length}; the others were read as missing",
                "Add the missing cells to the row.",
                number
            );
        var alone = one >= 0 && keptRows >= DecimalMarks.Sample;
        for (var i = alone ? one : 0; i < (alone ? one + 1 : columns.Length); i++)
        {
            var cell = i < fields ? Cell(i, kept) : default;
            columns[i]
                .Add(rows.MayBeDamaged && cell.IndexOfAny('\0', '\uFFFD') >= 0 ? DamagedCell.Read(cell, number, names[i], problems) : cell);
            if (rows.KnowsNumbers && i < fields && (ahead is null ? rows.FormatOf(i) : ahead.Formats?[i]) is { } format)
                columns[i].Format(format);
        }
        keptRows++;
        if (keptRows == Packed / columns.Length)
            foreach (var column in columns)
                column.Pack();
        return true;
    }

    ReadOnlySpan<char> Cell(int index, string[]? kept) => kept is null ? rows.Field(index) : kept[index];

    void Finish()
    {
        if (comments > 0)
            problems.Add(
                Severity.Note,
                "comment-lines",
                $"{comments} {(comments == 1 ? "line begins" : "lines begin")} with '{options.CommentMark}' and {(comments == 1 ? "was" : "were")} left out "
                    + $"as {(comments == 1 ? "a comment" : "comments")}, as chosen: '{CellText.Short(firstComment!)}'{(comments == 1 ? "" : " is the first")}",
                "Choose another comment mark if they are data (--comment)."
            );
        AddAll(tail.End(columns));
        if (keptRows == 0)
            throw problems.Fail(
                "no-rows",
                header.HasHeader ? "the file has a header row and no data rows" : "no row of the file could be used",
                "Add data rows below the header row."
            );
        var left = problems.Count(Severity.Warning, "long-row");
        if (left > dataRows / 10 && left > 1)
            problems.Error(
                "ragged",
                $"{left} of {dataRows} rows have more cells than the header row",
                "Check the delimiter and the quoting: cells that contain the delimiter must be quoted."
            );
        // Spreadsheets use columns without name and values as spacers.
        int[] kept = [.. Enumerable.Range(0, columns.Length).Where(i => !(header.HasHeader && IsSpacer(i)))];
        if (kept.Length > 0 && kept.Length < columns.Length)
        {
            foreach (var spacer in Enumerable.Range(0, columns.Length).Except(kept))
                problems.TakeBack("empty-name", names[spacer]);
            (names, columns) = ([.. kept.Select(i => names[i])], [.. kept.Select(i => columns[i])]);
        }
        decimalMark = CellPass.Read(columns, names, options, rows.KnowsNumbers, problems);
    }

    bool IsSpacer(int i) => names[i] == $"column {i + 1}" && columns[i].Cells.All(c => c.Length == 0);
}
