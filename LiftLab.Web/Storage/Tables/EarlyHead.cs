using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Web.Storage.Tables;

/// <summary>The head of a dataset's target, known before its whole table is read: the first head that its page shows.</summary>
/// <param name="Rows">Number of rows of the table.</param>
public sealed record EarlyHead(ColumnSchema Column, ColumnHead Head, TargetGroups Groups, int Rows)
{
    /// <returns>Null for a dataset with steps, which may change the column, and for one without a target.</returns>
    internal static EarlyColumn? Asked(DatasetRow row, Action<EarlyHead> take) =>
        row.Steps.Active.Count == 0 && row.Schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target) is { } target
            ? new EarlyColumn(target.Name, column => take(Of(column, target, row.Schema)))
            : null;

    static EarlyHead Of(Column column, ColumnSchema target, Schema schema)
    {
        var heads = TableHeads.Of(new("early", [column]), schema);
        return new(target, heads.Of(target), heads.Groups, column.Cells.Count);
    }
}
