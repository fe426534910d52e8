using Parquet.Schema;

namespace LiftLab.Engine.Tables.Reading.Formats.Parquet;

/// <summary>The rows of a Parquet file whose columns were read: first the names, then the rows of each row group.</summary>
sealed class ParquetRows(IReadOnlyList<DataField> fields, IReadOnlyList<(int Rows, ParquetCells[] Columns)> groups, PandasMetadata pandas)
    : RowReader
{
    int group,
        row = -1;
    bool namesGiven;

    public override bool KnowsNumbers => true;
    public override bool HasNames => true;

    // A cell may contain the replacement character where bytes are no text.
    public override bool MayBeDamaged => true;
    public override int FieldCount => fields.Count;

    public override ColumnReadOptions? Declared(int index)
    {
        if (index >= fields.Count)
            return null;
        var field = fields[index];
        ColumnKind? kind =
            field is TimeDataField ? ColumnKind.Time
            : field.ClrType == typeof(DateTime) || field.ClrType == typeof(DateOnly) ? ColumnKind.Date
            : pandas.IsCategory(field.Name) ? ColumnKind.Category
            : null;
        var leftOut = pandas.IsIndex(field.Name) ? "pandas wrote it as the index of the rows" : null;
        return kind is null && leftOut is null ? null : new() { Kind = kind, LeftOut = leftOut };
    }

    public override ReadOnlySpan<char> Field(int index) => row < 0 ? fields[index].Name : groups[group].Columns[index][row];

    public override bool Next()
    {
        if (!namesGiven)
            return namesGiven = true;
        row++;
        while (group < groups.Count && row >= groups[group].Rows)
            (group, row) = (group + 1, 0);
        return group < groups.Count;
    }

    public override void Dispose() { }
}
