namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>A cell with NUL characters, or with the replacement character in place of bytes that are not of the file's encoding.</summary>
static class DamagedCell
{
    /// <param name="row">Null for a name in the header.</param>
    /// <summary>The cell without NUL characters; reports what was found in it.</summary>
    public static string Read(ReadOnlySpan<char> cell, int? row, string column, ProblemLog problems)
    {
        var text = cell.ToString();
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            text = text.Replace("\0", "", StringComparison.Ordinal);
            problems.Warn(
                "nul-character",
                $"the cell has {cell.Count('\0')} NUL characters; it was read without them as '{CellText.Short(text)}'",
                "Check the cell: NUL characters are left by damaged files and by fields of fixed length.",
                row,
                column
            );
        }
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
            problems.Warn(
                "bad-byte",
                $"the cell has bytes that are not of the file's encoding; they were read as '\uFFFD': '{CellText.Short(text)}'",
                "Correct the cell, or choose another encoding (--encoding).",
                row,
                column
            );
        return text;
    }
}
