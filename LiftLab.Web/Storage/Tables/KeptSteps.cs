using System.Runtime.CompilerServices;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Web.Storage.Tables;

/// <summary>
/// A cache of the table after its steps: one for each table that was read, kept as long as that one. Columns that no step changed are
/// shared.
/// </summary>
static class KeptSteps
{
    sealed record Last(string Steps, SteppedTable Table);

    static readonly ConditionalWeakTable<Table, Last> Kept = [];

    public static SteppedTable On(Table read, StepTree tree)
    {
        var steps = JsonSerializer.Serialize(new { tree.Steps, tree.OffPlaces }, RunJson.Line);
        if (Kept.TryGetValue(read, out var last) && last.Steps == steps)
            return last.Table;
        var table = tree.On(read);
        Kept.AddOrUpdate(read, new(steps, table));
        return table;
    }
}
