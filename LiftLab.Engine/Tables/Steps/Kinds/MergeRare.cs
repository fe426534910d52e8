using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables.Steps.Kinds;

/// <summary>Merges the values of a column that fewer rows have into one. The rows are counted over the whole table.</summary>
public sealed record MergeRare(string Column, int Below, string Into = SmallClasses.Other) : TableStep
{
    protected override string Describe() => $"Merge the values of '{Column}' with fewer than {Below} rows into {Quoted(Into)}";

    public override Stepped Apply(Table table)
    {
        var column = Find(table, Column);
        if (string.IsNullOrWhiteSpace(Into))
            throw new StepFailedException("the name of the merged values is empty", "Give a name.");
        var merged = SmallClasses.Merged(column, Below).ToDictionary(m => m.Key, _ => Into.Trim(), StringComparer.Ordinal);
        return new(Changed(table, StepCells.Replace(column, text => merged.GetValueOrDefault(text, text))))
        {
            Settled = new MergeLabels(Column, merged),
            Notes =
                merged.Count == 0
                    ? [$"'{Column}' has no two values with fewer than {Below} rows: nothing is merged"]
                    :
                    [
                        $"{string.Join(", ", merged.Keys.Take(6).Select(Quoted))}{(merged.Count > 6 ? ", …" : "")} become {Quoted(Into.Trim())}",
                    ],
        };
    }
}
