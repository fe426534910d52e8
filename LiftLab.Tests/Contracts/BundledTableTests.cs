using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tables.Synthetic;

namespace LiftLab.Tests.Contracts;

/// <summary>Every table in the data folder keeps these promises; a new pair of files is tested by being there.</summary>
public sealed class BundledTableTests
{
    public static TheoryData<string> Names => [.. BundledTables.All.Select(t => t.Name)];

    [Fact]
    public void The_tables_that_the_first_page_speaks_of_are_there()
    {
        foreach (var name in (string[])["iris", "wine", "breast-cancer", "penguins", "diabetes", "moons"])
            Assert.Equal(name, BundledTables.Get(name).Name);
        Assert.Contains("iris", Assert.Throws<KeyNotFoundException>(() => BundledTables.Get("irs")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_has_a_card() => Assert.Equal(Directory.GetFiles(BundledTables.Folder, "*.csv").Length, BundledTables.All.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_reads_without_error_and_its_card_is_true(string name)
    {
        var bundled = BundledTables.Get(name);
        var opened = await OpenedTable.OpenAsync(name);
        Assert.DoesNotContain(opened.Problems, p => p.Severity == Severity.Error);
        Assert.Empty(opened.Reading.Problems);
        Assert.Equal(bundled.Card.Rows, opened.Table.RowCount);
        Assert.Equal((bundled.Card.Target, bundled.Card.Task), (opened.Schema.Target.Name, opened.Schema.Task));
        Assert.All(
            (string[])[bundled.Card.Title, bundled.Card.Description, bundled.Card.Source, bundled.Card.Licence],
            text => Assert.False(string.IsNullOrWhiteSpace(text))
        );
        foreach (
            var column in bundled
                .Card.Units.Keys.Concat(bundled.Card.Descriptions.Keys)
                .Concat(bundled.Card.ValueLabels.Keys)
                .Concat(bundled.Card.Ignored)
                .Concat(bundled.Card.Kinds.Keys)
        )
            Assert.True(opened.Table.Has(column), $"the card names a column '{column}'");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_guess_finds_the_cards_target_and_task(string name)
    {
        var (table, schema) = await BundledTables.Get(name).ReadAsync();
        var guess = SchemaGuess.Guess(table);
        Assert.Equal((schema.Target.Name, schema.Task), (guess.Target.Name, guess.Task));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Its_split_covers_every_row_once_and_keeps_class_shares(string name)
    {
        var (table, schema) = await BundledTables.Get(name).ReadAsync();
        var first = SplitMaker.Make(table, schema, 0);
        var second = SplitMaker.Make(table, schema, 1);
        Assert.Equal(first.Test, second.Test);
        Assert.NotEqual(first.Train, second.Train);
        foreach (var split in (Split[])[first, second])
        {
            Assert.Equal(Enumerable.Range(0, table.RowCount), split.Train.Concat(split.Valid).Concat(split.Test).Order());
            Assert.InRange(split.Test.Count, 0.2 * table.RowCount, 0.2 * table.RowCount + 1);
            if (schema.Task == TaskKind.Regression)
                continue;
            var target = table[schema.Target.Name];
            foreach (var label in ClassLabels.InOrder(target.Cells))
            {
                double all = target.Cells.Count(c => c == label);
                foreach (var part in (IReadOnlyList<int>[])[split.Train, split.Valid, split.Test])
                    Assert.InRange(
                        part.Count(r => target.Cells[r] == label),
                        all * part.Count / table.RowCount - 2,
                        all * part.Count / table.RowCount + 2
                    );
            }
        }
    }

    [Theory]
    [InlineData("moons", "moons")]
    [InlineData("two-circles", "twocircles")]
    public async Task The_papers_tables_are_what_synth_writes(string name, string function)
    {
        var (table, _) = await BundledTables.Get(name).ReadAsync();
        var made = SyntheticTables.Make(new(function)).Table;
        foreach (var column in made.Columns)
            Assert.All(column.Numbers.Zip(table[column.Name].Numbers), p => Assert.Equal(p.First, p.Second, 1e-12));
    }
}
