using System.Runtime.CompilerServices;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Web.Storage.Tables;

/// <summary>
/// A cache of the problems of a table with its schema: the last ones for each table after its steps, kept as long as that one. The look at
/// a million rows takes seconds, and every page that opens the dataset would wait for it.
/// </summary>
static class KeptProblems
{
    sealed record Last(string Schema, IReadOnlyList<Problem> Problems);

    static readonly ConditionalWeakTable<Table, Last> Kept = [];

    public static IReadOnlyList<Problem> Of(Table table, Schema schema)
    {
        var key = JsonSerializer.Serialize(schema, RunJson.Line);
        if (Kept.TryGetValue(table, out var last) && last.Schema == key)
            return last.Problems;
        var problems = StepOffers.Problems(table, schema);
        Kept.AddOrUpdate(table, new(key, problems));
        return problems;
    }
}
