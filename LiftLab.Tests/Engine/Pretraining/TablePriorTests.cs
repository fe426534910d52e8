using LiftLab.Engine.Pretraining;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Pretraining;

public sealed class TablePriorTests
{
    static string Csv(Table table) => string.Join('\n', table.Columns.Select(c => c.Name + ":" + string.Join(',', c.Cells)));

    [Fact]
    public void The_same_seed_and_number_give_the_same_table()
    {
        var limits = new PriorLimits { MaxRows = 60 };
        for (var n = 0L; n < 20; n++)
            Assert.Equal(Csv(new TablePrior(limits, 5).Draw(n).Table), Csv(new TablePrior(limits, 5).Draw(n).Table));
        Assert.NotEqual(Csv(new TablePrior(limits, 5).Draw(0).Table), Csv(new TablePrior(limits, 6).Draw(0).Table));
        Assert.NotEqual(Csv(new TablePrior(limits, 5).Draw(0).Table), Csv(new TablePrior(limits, 5).Draw(1).Table));
    }

    [Fact]
    public void Tables_keep_within_their_limits()
    {
        var limits = new PriorLimits
        {
            MinFeatures = 2,
            MaxFeatures = 7,
            MaxClasses = 4,
            MinRows = 20,
            MaxRows = 50,
        };
        var kinds = new HashSet<ColumnKind>();
        var missing = 0;
        for (var n = 0L; n < 200; n++)
        {
            var (table, schema) = new TablePrior(limits, 1).Draw(n);
            Assert.InRange(schema.Features.Count, 2, 7);
            Assert.InRange(table.RowCount, 20, 50);
            kinds.UnionWith(schema.Features.Select(f => f.Kind));
            missing += table.Columns.Sum(c => c.Cells.Count(cell => cell.Length == 0));
            var target = table[schema.Target.Name];
            Assert.DoesNotContain("", target.Cells);
            if (schema.Task == TaskKind.Classification)
                Assert.InRange(target.Cells.Distinct().Count(), 1, 4);
            else
                Assert.All(target.Numbers, v => Assert.True(double.IsFinite(v)));
        }
        Assert.Superset(new HashSet<ColumnKind> { ColumnKind.Number, ColumnKind.Integer, ColumnKind.Category }, kinds);
        Assert.True(missing > 0);
    }

    /// <summary>
    /// A nearest neighbour must do better than the most frequent class on most tables, or there would be nothing to learn.
    /// </summary>
    [Fact]
    public void Every_family_can_be_learned()
    {
        foreach (var family in TablePrior.Families)
        {
            var limits = new PriorLimits
            {
                MinFeatures = 1,
                MaxFeatures = 3,
                MaxClasses = 3,
                MinRows = 300,
                MaxRows = 300,
                Regression = 0,
                Mixed = 0,
                Missing = 0,
                LabelNoise = 0,
                Families = [family],
            };
            double gain = 0;
            for (var n = 0L; n < 10; n++)
            {
                var (table, schema) = new TablePrior(limits, 9).Draw(n);
                var target = table[schema.Target.Name].Cells;
                double[][] columns = [.. schema.Features.Select(f => Ranks(table[f.Name].Numbers))];
                var right = Enumerable
                    .Range(0, 100)
                    .Count(i =>
                        target[Enumerable.Range(100, 200).MinBy(j => columns.Sum(c => (c[i] - c[j]) * (c[i] - c[j])))] == target[i]
                    );
                gain += (right / 100.0) - (target.GroupBy(c => c).Max(g => g.Count()) / 300.0);
            }
            Assert.True(gain / 10 > 0.05, $"{family}: nearest neighbours gain {gain / 10:f3}");
        }
    }

    static double[] Ranks(IReadOnlyList<double> values)
    {
        var ranks = new double[values.Count];
        var at = 0;
        foreach (var i in Enumerable.Range(0, values.Count).OrderBy(i => values[i]))
            ranks[i] = at++;
        return ranks;
    }

    /// <summary>
    /// No row of a bundled table may be in the pretraining stream: the room that makes it has no means to open a file of tables.
    /// </summary>
    [Fact]
    public void The_prior_cannot_reach_the_bundled_tables()
    {
        string[] files =
        [
            "TablePrior",
            "FeatureSource",
            "ScoreFunction",
            "Surface",
            "Draws",
            "PriorLimits",
            "SequencesOfTables",
            "PretrainRecipe",
        ];
        foreach (var file in files)
        {
            var source = House.Sources.Read($"LiftLab.Engine/Pretraining/{file}.cs");
            Assert.DoesNotMatch(
                @"\bFile\b|\bDirectory\b|\bPath\b|Stream\w*\(|TableReader|BundledTables|AppContext|SyntheticTable|HttpClient",
                source
            );
        }
    }
}
