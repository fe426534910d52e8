namespace LiftLab.Engine.Tables.Reading.Workbooks;

/// <summary>A sheet of a workbook before it is read.</summary>
/// <param name="WideRows">Rows with at least two filled cells.</param>
sealed record SheetLook(SheetFacts Facts, int WideRows)
{
    /// <summary>A header and two rows, in at least two columns.</summary>
    public bool IsTable => WideRows >= 3;

    /// <summary>
    /// The sheet to read: the named one, by name or by number from 1; else the first visible sheet that looks like a table, else the first
    /// with two rows, else the first with a cell; hidden sheets come after all others.
    /// </summary>
    /// <returns>Null where all sheets are empty.</returns>
    /// <exception cref="BadDataException">There is no sheet of the given name.</exception>
    public static SheetLook? Choose(IReadOnlyList<SheetLook> sheets, string? wanted, ProblemLog problems)
    {
        if (wanted is null)
            return sheets.FirstOrDefault(s => s.IsTable && !s.Facts.Hidden)
                ?? sheets.FirstOrDefault(s => s.Facts is { Rows: >= 2, Hidden: false })
                ?? sheets.FirstOrDefault(s => s.Facts is { Rows: >= 1, Hidden: false })
                ?? sheets.FirstOrDefault(s => s.IsTable)
                ?? sheets.FirstOrDefault(s => s.Facts.Rows > 0);
        return sheets.FirstOrDefault(s => s.Facts.Name == wanted)
            ?? sheets.FirstOrDefault(s => s.Facts.Name.Trim().Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase))
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
                $"Choose one of: {string.Join(", ", sheets.Select(s => s.Facts.Name))}."
            );
    }

    /// <summary>Reports which sheet was chosen where a person did not choose and there is another one.</summary>
    public static void Tell(SheetLook chosen, IReadOnlyList<SheetLook> sheets, ProblemLog problems)
    {
        const int shown = 10;
        SheetLook[] others = [.. sheets.Where(s => s != chosen && s.Facts.Rows > 0)];
        if (others.Length == 0 && !chosen.Facts.Hidden)
            return;
        var words = others
            .Take(shown)
            .Select(s => $"'{s.Facts.Name}' ({(s.Facts.Hidden ? "hidden, " : "")}{s.Facts.Rows} {(s.Facts.Rows == 1 ? "row" : "rows")})");
        problems.Warn(
            "other-sheets",
            $"the sheet '{chosen.Facts.Name}'{(chosen.Facts.Hidden ? ", which is hidden," : "")} was read ({chosen.Facts.Rows} rows)"
                + (others.Length == 0 ? "" : $"; the workbook also has {string.Join(", ", words)}{(others.Length > shown ? ", …" : "")}"),
            "Choose another sheet if this is not the table (--sheet)."
        );
    }
}
