namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>
/// Records of a text with invalid quoting: reports each place, and stops before a record whose quote is not closed, since that record
/// contains the rest of the file.
/// </summary>
sealed class BrokenQuotes(CsvRows rows, ProblemLog problems) : RowReader
{
    int row = -1;

    public override bool KnowsNumbers => false;
    public override bool MayBeDamaged => rows.MayBeDamaged;
    public override int FieldCount => rows.FieldCount;

    public override ReadOnlySpan<char> Field(int index) => rows.Field(index);

    public override void Dispose() => rows.Dispose();

    public override bool Next()
    {
        if (!rows.Next())
            return false;
        row++;
        var broken = rows.BrokenField(out var unclosed);
        if (broken < 0)
            return true;
        if (unclosed)
        {
            problems.Error(
                "unclosed-quote",
                $"the quote at the start of cell {broken + 1} is never closed; this row and all later rows were left out",
                "Close the quote, or double a quote that is part of the text.",
                Math.Max(row, 1)
            );
            return false;
        }
        problems.Warn(
            "text-after-quote",
            $"cell {broken + 1} has text after its closing quote; it was read without its quotes",
            "Double a quote that is part of the text.",
            Math.Max(row, 1)
        );
        return true;
    }
}
