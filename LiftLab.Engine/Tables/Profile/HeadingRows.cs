namespace LiftLab.Engine.Tables.Profile;

/// <summary>Rows that name the group of the rows below them ("Site 1" with all other cells empty) between rows that are full.</summary>
static class HeadingRows
{
    const int FewestColumns = 3;

    /// <summary>Largest share of rows that may be headings.</summary>
    const double Most = 0.34;

    public static Problem? Of(Table table)
    {
        if (table.Columns.Count < FewestColumns || table.Columns[0].Facts.Numbers > 0)
            return null;
        // Only a row that lacks all other cells can be one: a column without missing cells ends the search.
        if (table.Columns.Skip(1).Any(c => c.Facts.Missing == 0 || c.Facts.Missing > Most * table.RowCount))
            return null;
        var rows = new List<int>();
        for (var r = 0; r < table.RowCount; r++)
            if (!table.Columns[0].IsMissing(r) && table.Columns.Skip(1).All(c => c.IsMissing(r)))
                rows.Add(r);
        if (rows.Count < 2 || rows.Count > Most * table.RowCount || rows.Zip(rows.Skip(1)).Any(p => p.Second == p.First + 1))
            return null;
        return new(
            Severity.Warning,
            "heading-rows",
            $"{rows.Count} rows have a value in this column only ('{TableCheck.Short(table.Columns[0].Cells[rows[0]])}' is the first), as headings of groups have, and are read as data",
            "If they are headings, write the group into a column of its own and remove them.",
            rows[0] + 1,
            table.Columns[0].Name
        );
    }
}
