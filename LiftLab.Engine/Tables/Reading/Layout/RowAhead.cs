using LiftLab.Engine.Tables.Reading.Workbooks;

namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>A row that was read before it is known what it is.</summary>
/// <param name="Cells">Trimmed texts of all fields.</param>
/// <param name="AfterBlank">Whether a blank row precedes it.</param>
/// <param name="Joint">What stands between cells in a message.</param>
/// <param name="Groups">For a row of a workbook: for each column the first column of the merged cell that contains it; else null.</param>
/// <param name="Formats">The number formats of the cells of a workbook; null for other files.</param>
sealed record RowAhead(string[] Cells, bool AfterBlank = false, string Joint = ", ", int[]? Groups = null, NumberFormat?[]? Formats = null)
{
    public int Filled { get; } = Cells.Count(c => c.Length > 0);

    /// <summary>The filled cells as one text, for a message.</summary>
    public string Text => string.Join(Joint, Cells.Where(c => c.Length > 0));

    public string FirstFilled => Array.Find(Cells, c => c.Length > 0) ?? "";
}
