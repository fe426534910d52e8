namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>A sheet of a workbook before it is read.</summary>
/// <param name="FilledRows">Rows with at least one filled cell, title and header included.</param>
/// <param name="Columns">Number of the last filled column.</param>
/// <param name="WideRows">Rows with at least two filled cells.</param>
sealed record SheetLook(string Name, bool Hidden, int FilledRows, int Columns, int WideRows)
{
    /// <summary>Sheets with more cells are not read to count their rows: what stands above the table is subtracted.</summary>
    const long MostCounted = 500_000;

    static readonly Dictionary<(int, int), string> None = [];

    /// <summary>The errors in cells ("#DIV/0!") by row and column from 0.</summary>
    public IReadOnlyDictionary<(int Row, int Column), string> Errors { get; init; } = None;

    /// <summary>The digits of whole numbers that are not exact as the library reads them, by row and column from 0.</summary>
    public IReadOnlyDictionary<(int Row, int Column), string> LongNumbers { get; init; } = None;

    /// <summary>Number of cells with a formula whose result is not stored.</summary>
    public int Uncomputed { get; init; }

    /// <summary>Place of the first of them ("C5").</summary>
    public string? FirstUncomputed { get; init; }

    /// <summary>Filled rows that a spreadsheet program does not show, such as those that a filter leaves out.</summary>
    public int HiddenRows { get; init; }

    /// <summary>The first of them, counted from 1 in the sheet.</summary>
    public int FirstHiddenRow { get; init; }

    /// <summary>Letters of the columns that a spreadsheet program does not show.</summary>
    public IReadOnlyList<string> HiddenColumns { get; init; } = [];

    /// <summary>A header and two rows, in at least two columns.</summary>
    public bool IsTable => WideRows >= 3;

    /// <summary>The number of rows that would be read as data if this sheet were chosen.</summary>
    public int CountRows(RowReader rows, TableReadOptions options, CancellationToken cancel) =>
        TableAssembly.CountRows(
            rows,
            // The layout that was chosen for one sheet is not that of another.
            options with
            {
                HasHeader = null,
                HeaderRows = null,
                SkippedRows = null,
            },
            FilledRows,
            whole: (long)FilledRows * Columns <= MostCounted,
            cancel
        );

    /// <summary>
    /// The sheet to read: the named one, by name or by number from 1; else the first visible sheet that looks like a table, else the first
    /// with two rows, else the first with a cell; hidden sheets come after all others.
    /// </summary>
    /// <returns>Null where all sheets are empty.</returns>
    /// <exception cref="BadDataException">There is no sheet of the given name.</exception>
    public static SheetLook? Choose(IReadOnlyList<SheetLook> sheets, string? wanted, ProblemLog problems)
    {
        if (wanted is null)
            return sheets.FirstOrDefault(s => s.IsTable && !s.Hidden)
                ?? sheets.FirstOrDefault(s => s is { FilledRows: >= 2, Hidden: false })
                ?? sheets.FirstOrDefault(s => s is { FilledRows: >= 1, Hidden: false })
                ?? sheets.FirstOrDefault(s => s.IsTable)
                ?? sheets.FirstOrDefault(s => s.FilledRows > 0);
        return sheets.FirstOrDefault(s => s.Name == wanted)
            ?? sheets.FirstOrDefault(s => s.Name.Trim().Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? (
                int.TryParse(wanted, System.Globalization.CultureInfo.InvariantCulture, out var number)
                && number >= 1
                && number <= sheets.Count
                    ? sheets[number - 1]
                    : null
            )
            ?? throw problems.Fail(
                "no-such-sheet",
                $"the workbook has no sheet '{wanted}'",
                $"Choose one of: {string.Join(", ", sheets.Select(s => s.Name))}."
            );
    }

    /// <summary>Reports which sheet was chosen where a person did not choose and there is another one, before all other problems.</summary>
    public static void Tell(SheetFacts chosen, IReadOnlyList<SheetFacts> sheets, ProblemLog problems)
    {
        const int shown = 10;
        SheetFacts[] others = [.. sheets.Where(s => s != chosen && s.Columns > 0)];
        if (others.Length == 0 && !chosen.Hidden)
            return;
        var words = others.Take(shown).Select(s => $"'{s.Name}' ({(s.Hidden ? "hidden, " : "")}{s.Rows} {(s.Rows == 1 ? "row" : "rows")})");
        var first = new ProblemLog();
        first.Warn(
            "other-sheets",
            $"the sheet '{chosen.Name}'{(chosen.Hidden ? ", which is hidden," : "")} was read ({chosen.Rows} {(chosen.Rows == 1 ? "row" : "rows")})"
                + (others.Length == 0 ? "" : $"; the workbook also has {string.Join(", ", words)}{(others.Length > shown ? ", …" : "")}"),
            "Choose another sheet if this is not the table (--sheet)."
        );
        first.AddTo(problems);
    }

    /// <summary>Reports rows and columns that a person does not see in a spreadsheet program.</summary>
    public void TellHidden(ProblemLog problems)
    {
        const int shown = 10;
        if (HiddenRows > 0)
            problems.Add(
                Severity.Note,
                "hidden-rows",
                $"{HiddenRows} {(HiddenRows == 1 ? "row is" : "rows are")} hidden in the sheet (row {FirstHiddenRow} of the sheet is the first), perhaps by a filter; "
                    + $"{(HiddenRows == 1 ? "it was" : "they were")} read as the others",
                "Delete them in a spreadsheet program if they should not be read."
            );
        if (HiddenColumns.Count > 0)
            problems.Add(
                Severity.Note,
                "hidden-columns",
                $"the {(HiddenColumns.Count == 1 ? "column" : "columns")} {string.Join(", ", HiddenColumns.Take(shown))}{(HiddenColumns.Count > shown ? ", …" : "")} "
                    + $"of the sheet {(HiddenColumns.Count == 1 ? "is hidden and was" : "are hidden and were")} read as the others",
                "Ignore a column that is not to be used."
            );
    }

    /// <summary>Reports formulas that were never computed.</summary>
    public void TellUncomputed(ProblemLog problems)
    {
        if (Uncomputed > 0)
            problems.Warn(
                "formula-without-result",
                $"{Uncomputed} {(Uncomputed == 1 ? "cell has a formula" : "cells have formulas")} whose result is not in the file ({FirstUncomputed} is the first); "
                    + $"{(Uncomputed == 1 ? "it was" : "they were")} read as missing",
                "Open the workbook in a spreadsheet program and save it: the program computes the formulas."
            );
    }
}
