using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Perturbations.Training;

/// <summary>
/// Gives features other names or another order, in the table and in the schema. Cells, kinds, units and value labels stay.
/// </summary>
static class FeatureNames
{
    /// <summary>The names of the features in schema order, at least two.</summary>
    /// <exception cref="CannotApplyException">The table has one feature.</exception>
    public static IReadOnlyList<string> Of(LearningTask task)
    {
        string[] names = [.. task.Schema.Features.Select(f => f.Name)];
        return names.Length >= 2 ? names : throw new CannotApplyException("the table has one feature");
    }

    /// <summary>A random order of 0 to <paramref name="count"/> - 1 that is not the ascending one; another one for every draw.</summary>
    public static int[] OtherOrder(int count, int seed, int draw)
    {
        var random = new NumpyRandom(SeedStream.From(seed).At((long)draw).Seed);
        int[] order;
        do order = random.Permutation(count);
        while (order.SequenceEqual(Enumerable.Range(0, count)));
        return order;
    }

    /// <param name="names">New name by old name; features that are not in it keep theirs.</param>
    public static Perturbed Rename(LearningTask clean, IReadOnlyDictionary<string, string> names)
    {
        string New(string name) => names.GetValueOrDefault(name, name);
        // Exchanged names take what prompts call the columns along; a new name replaces it.
        string? Readable(string name) => clean.Schema.Columns.FirstOrDefault(c => c.Name == name)?.ReadableName;
        return new(
            new(
                new(clean.Table.Name, [.. clean.Table.Columns.Select(c => new Column(New(c.Name), c.Cells))]),
                clean.Schema with
                {
                    Columns =
                    [
                        .. clean.Schema.Columns.Select(c =>
                            names.ContainsKey(c.Name) ? c with { Name = New(c.Name), ReadableName = Readable(New(c.Name)) } : c
                        ),
                    ],
                },
                clean.Split
            )
            {
                Wording = clean.Wording,
            },
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
            new(new(clean.Table.Name, [.. columns.Select(c => clean.Table[c.Name])]), clean.Schema with { Columns = columns }, clean.Split)
            {
                Wording = clean.Wording,
            },
            []
        );
    }
}
