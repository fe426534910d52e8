using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// Gives features other names or another order, in the table and in the schema. Cells, kinds, units and value labels stay.
/// </summary>
static class FeatureNames
{
    /// <param name="names">New name by old name; features that are not in it keep theirs.</param>
    public static Perturbed Rename(LearningTask clean, IReadOnlyDictionary<string, string> names)
    {
        string New(string name) => names.GetValueOrDefault(name, name);
        return new(
            new(
                new(clean.Table.Name, [.. clean.Table.Columns.Select(c => new Column(New(c.Name), c.Cells))]),
                clean.Schema with
                {
                    Columns = [.. clean.Schema.Columns.Select(c => c with { Name = New(c.Name) })],
                },
                clean.Split
            ),
            []
        );
    }

    /// <param name="order">The features in their new order, all of them.</param>
    public static Perturbed Reorder(LearningTask clean, IReadOnlyList<string> order)
    {
        var byName = clean.Schema.Columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        var next = 0;
        ColumnSchema[] columns = [.. clean.Schema.Columns.Select(c => c.Role == ColumnRole.Feature ? byName[order[next++]] : c)];
        return new(
            new(new(clean.Table.Name, [.. columns.Select(c => clean.Table[c.Name])]), clean.Schema with { Columns = columns }, clean.Split),
            []
        );
    }
}
