namespace LiftLab.Tests.Engine.Baselines;

/// <summary>Every algorithm and setting against scikit-learn 1.2.1 and XGBoost 1.7.4 on the reference splits.</summary>
public sealed class ParityTests
{
    public static TheoryData<string, string> Exact()
    {
        var data = new TheoryData<string, string>();
        foreach (var table in GoldenSplit.ClassTables)
            foreach (var name in (string[])["majority", "logreg", "knn"]) data.Add(name, table);
        foreach (var table in GoldenSplit.NumberTables)
            foreach (var name in (string[])["knn", "poly"]) data.Add(name, table);
        return data;
    }

    [Theory, MemberData(nameof(Exact))]
    public void Exact_methods_equal_the_reference_for_every_setting_and_split(string name, string table)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var split = GoldenSplit.Load(table, seed);
            var expected = split.Expected(name).ToDictionary(r => r.Cfg, r => r.Test);
            var actual = split.Run(name).ToDictionary(r => r.Setting.Label, r => r.Test);
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
            Assert.All(expected, e => Assert.True(Math.Abs(actual[e.Key] - e.Value) <= 1e-3 * Math.Max(1, e.Value), $"{name} {e.Key} on {table} split {seed}: {actual[e.Key]}, reference {e.Value}"));
        }
    }
}
