namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Builds named columns from rows of cell texts: finds the header row, handles rows of unequal length, converts numbers to invariant
/// notation and applies the limits.
/// </summary>
sealed class TableAssembly
{
    const int Lookahead = 50;
    const int BlankRowsThatEnd = 1_000;
    readonly TableReadOptions options;
    readonly ProblemLog problems;
    readonly RowReader rows;
    string[] names = [];
    ColumnBuilder[] columns = [];
    bool hasHeader;
    char decimalMark = '.';
    int dataRows,
        keptRows,
        blankRun;

    TableAssembly(RowReader rows, TableReadOptions options, ProblemLog problems) =>
        (this.rows, this.options, this.problems) = (rows, options, problems);

    /// <exception cref="BadDataException">The file has no rows, or more columns than allowed.</exception>
    public static TableAssembly Read(RowReader rows, TableReadOptions options, ProblemLog problems)
    {
        var assembly = new TableAssembly(rows, options, problems);
        assembly.Begin(assembly.FirstRows());
        while (assembly.NextRow())
            if (!assembly.TakeRow(rows.FieldCount, null))
                break;
        assembly.Finish();
        return assembly;
    }

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
                HasHeader = hasHeader,
                DecimalMark = decimalMark,
                MissingMarks = marks,
            }
        )
        {
            AsRead = options with
            {
                DecimalMark = decimalMark,
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
        while (rows.Next())
        {
            if (rows.FieldCount > options.MaxColumns && LastFilled() > options.MaxColumns)
                throw problems.Fail(
                    "too-many-columns",
                    $"a row has {rows.FieldCount} cells; at most {options.MaxColumns} columns are read",
                    "Remove columns, or check the delimiter."
                );
            if (!rows.IsBlank())
            {
                blankRun = 0;
                return true;
            }
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

    int LastFilled()
    {
        for (var i = rows.FieldCount - 1; i >= 0; i--)
            if (!rows.Field(i).IsWhiteSpace())
                return i + 1;
        return 0;
    }

    List<string[]> FirstRows()
    {
        var first = new List<string[]>();
        while (first.Count < Lookahead && NextRow())
            first.Add(rows.ToArray());
        if (first.Count == 0)
            throw problems.Fail("no-rows", "every cell of the file is empty", "Choose a file with a header row and data rows.");
        return first;
    }

    void Begin(List<string[]> first)
    {
        var titles = options.HasHeader is null ? HeaderRow.TitleRows(first) : 0;
        if (titles > 0)
        {
            problems.Warn(
                "title-rows",
                $"{titles} rows above the table were read as a title and left out",
                "Keep only the table in the file."
            );
            first.RemoveRange(0, titles);
        }
        hasHeader = options.HasHeader ?? HeaderRow.IsHeader(first[0], first[1..]);
        string[] header;
        if (hasHeader)
        {
            header = first[0];
            first.RemoveAt(0);
            if (first.Count > 0 && first.TrueForAll(r => r.Length == header.Length + 1))
                header = ["", .. header];
        }
        else
        {
            var width = first.GroupBy(r => r.Length).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
            header = [.. Enumerable.Range(1, width).Select(i => $"x{i}")];
            problems.Warn(
                "no-header",
                "the first row looks like data, not like column names; the columns were named x1, x2, …",
                "Add a header row with names, so that prompts can use them."
            );
        }
        // Columns at the right without a name and without a value in the first rows are dropped.
        var used = Math.Max(
            1,
            Math.Max(
                Array.FindLastIndex(header, h => h.Length > 0),
                first.Count == 0 ? 0 : first.Max(r => Array.FindLastIndex(r, c => c.Length > 0))
            ) + 1
        );
        if (used < header.Length)
            header = header[..used];
        names = HeaderRow.Names(header, problems);
        columns = [.. names.Select(name => new ColumnBuilder(options.MissingMarks, options.Of(name)))];
        foreach (var row in first)
            if (!TakeRow(row.Length, row))
                break;
    }

    /// <summary>Adds a row. Returns false where a limit is reached.</summary>
    /// <param name="kept">One of the first rows, which were read ahead; null for the reader's current row.</param>
    bool TakeRow(int fields, string[]? kept)
    {
        if (keptRows >= options.MaxRows || (long)keptRows * columns.Length >= options.MaxCells)
        {
            problems.Warn(
                "rows-capped",
                $"only the first {keptRows} rows were read",
                "Raise the limit in the settings, or read a sample of the rows."
            );
            return false;
        }
        dataRows++;
        if (fields > columns.Length)
            for (var i = columns.Length; i < fields; i++)
                if (!Cell(i, kept).IsWhiteSpace())
                {
                    problems.Warn(
                        "long-row",
                        $"the row has {fields} cells and the header row has {columns.Length}; the row was left out",
                        "Quote cells that contain the delimiter, or remove the extra cells.",
                        dataRows
                    );
                    return true;
                }
        if (fields < columns.Length)
            problems.Warn(
                "short-row",
                $"the row has {fields} cells and the header row has {columns.Length}; the others were read as missing",
                "Add the missing cells to the row.",
                dataRows
            );
        for (var i = 0; i < columns.Length; i++)
            columns[i].Add(i < fields ? Cell(i, kept) : default);
        keptRows++;
        return true;
    }

    ReadOnlySpan<char> Cell(int index, string[]? kept) => kept is null ? rows.Field(index) : kept[index];

    void Finish()
    {
        if (keptRows == 0)
            throw problems.Fail(
                "no-rows",
                hasHeader ? "the file has a header row and no data rows" : "no row of the file could be used",
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
        int[] kept = [.. Enumerable.Range(0, columns.Length).Where(i => !(hasHeader && IsSpacer(i)))];
        if (kept.Length > 0 && kept.Length < columns.Length)
            (names, columns) = ([.. kept.Select(i => names[i])], [.. kept.Select(i => columns[i])]);
        decimalMark = CellPass.Read(columns, names, options, rows.KnowsNumbers, problems);
    }

    bool IsSpacer(int i) => names[i] == $"column {i + 1}" && columns[i].Cells.All(c => c.Length == 0);
}
