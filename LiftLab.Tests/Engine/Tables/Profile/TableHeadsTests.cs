using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Profile;

/// <summary>What the headers of columns say, compared with figures by plain definitions (Goldens/heads).</summary>
public sealed class TableHeadsTests
{
    static async Task<List<ColumnHead>> AllAsync(Table table, Schema schema)
    {
        var heads = new List<ColumnHead>();
        await foreach (var head in TableHeads.Of(table, schema).StreamAsync())
            heads.Add(head);
        return heads;
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("penguins")]
    [InlineData("wine")]
    [InlineData("sacramento")]
    [InlineData("diabetes")]
    [InlineData("crickets")]
    public async Task Figures_agree_with_plain_definitions(string name)
    {
        using var golden = JsonDocument.Parse(await File.ReadAllTextAsync(GoldenFile.At("heads", "heads.json")));
        var expected = golden.RootElement.GetProperty(name).GetProperty("columns");
        var opened = await OpenedTable.OpenAsync(name);
        var relations = 0;
        foreach (var head in await AllAsync(opened.Table, opened.Schema))
        {
            var column = expected.GetProperty(head.Column.Name);
            Assert.Equal(column.GetProperty("missing").GetInt32(), head.Column.Missing);
            Assert.Equal(column.GetProperty("distinct").GetInt32(), head.Column.Distinct);
            if (head.Column.Numbers is { } numbers)
                Assert.Equal(column.GetProperty("mean").GetDouble(), numbers.Mean, 1e-9 * Math.Abs(numbers.Mean));
            foreach (
                var (key, measure) in ((string, RelationMeasure)[])
                    [("rho", RelationMeasure.Spearman), ("eps", RelationMeasure.RankShare), ("v", RelationMeasure.CramersV)]
            )
                if (column.TryGetProperty(key, out var value))
                {
                    relations++;
                    Assert.Equal(measure, head.Relation!.Measure);
                    Assert.Equal(value.GetDouble(), head.Relation.Value, 1e-9);
                }
        }
        Assert.True(relations > 0);
    }

    [Fact]
    public async Task The_target_comes_first_and_the_others_in_table_order()
    {
        var opened = await OpenedTable.OpenAsync("penguins");
        string[] names = [.. opened.Table.Columns.Select(c => c.Name)];
        var target = opened.Schema.Target.Name;
        Assert.Equal([target, .. names.Where(n => n != target)], (await AllAsync(opened.Table, opened.Schema)).Select(h => h.Column.Name));
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("penguins")]
    [InlineData("sacramento")]
    [InlineData("wine")]
    public async Task A_bar_shows_as_many_rows_as_its_condition_finds(string name)
    {
        var opened = await OpenedTable.OpenAsync(name);
        foreach (var head in await AllAsync(opened.Table, opened.Schema))
        {
            if (head.Bars is null)
                continue;
            Assert.InRange(head.Bars.Bars.Count, 1, 20);
            Assert.Equal(opened.Table.RowCount - head.Column.Missing, head.Bars.Bars.Sum(b => b.Rows));
            foreach (var bar in head.Bars.Bars)
            {
                Assert.Equal(bar.Rows, CellCondition.Rows(opened.Table, opened.Schema, [bar.Condition]).Length);
                Assert.True(bar.Counts.Sum() <= bar.Rows);
            }
        }
    }

    [Fact]
    public async Task Conditions_combine_one_of_a_column_and_all_of_the_columns()
    {
        var opened = await OpenedTable.OpenAsync("penguins");
        int[] Rows(params CellCondition[] conditions) => CellCondition.Rows(opened.Table, opened.Schema, conditions);
        CellCondition adelie = new CellCondition.Is("species", "Adelie"),
            gentoo = new CellCondition.Is("species", "Gentoo"),
            biscoe = new CellCondition.Is("island", "Biscoe");
        Assert.Equal(Rows(adelie).Length + Rows(gentoo).Length, Rows(adelie, gentoo).Length);
        var both = Rows(adelie, biscoe);
        Assert.Equal(Rows(adelie).Intersect(Rows(biscoe)), both);
        Assert.All(both, r => Assert.Equal(("Adelie", "Biscoe"), (opened.Table["species"].Cells[r], opened.Table["island"].Cells[r])));
        Assert.Equal(opened.Table.RowCount, Rows().Length);
        Assert.Equal(opened.Table["sex"].Facts.Missing, Rows(new CellCondition.IsMissing("sex")).Length);
        Assert.Equal(opened.Table.RowCount, Rows(adelie, new CellCondition.IsOther("species", ["Adelie"], 2)).Length);
        Assert.Equal(opened.Table.RowCount, Rows(new CellCondition.Is("no such column", "x")).Length);
    }

    static string[] Cells(Func<int, string> cell) => [.. Enumerable.Range(0, 120).Select(cell)];

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Columns_that_may_say_the_target_are_suspected()
    {
        var classes = Cells(i => i % 3 == 0 ? "died" : "lived");
        var table = SomeTable.Of(
            ("code", Cells(i => $"c{(i % 3 == 0 ? i % 4 : 4 + i % 5)}")),
            ("date of death", Cells(i => i % 3 == 0 ? $"day {i % 7}" : "")),
            ("score", Cells(i => Text((i % 3 == 0 ? 5 : 9) + i / 60.0))),
            ("age", Cells(i => $"{20 + i * 7 % 60}")),
            ("class", classes)
        );
        var schema = table.Schema("class", TaskKind.Classification);
        var heads = (await AllAsync(table, schema)).ToDictionary(h => h.Column.Name, h => h.Suspect);
        Assert.Equal("each of its values goes with one value of the target 'class' (100 % of the rows)", heads["code"]);
        Assert.Equal("whether its cells are missing tells the target 'class' in 100 % of the rows", heads["date of death"]);
        Assert.Equal("the number 6.95 separates the two values of the target 'class' (100 % of the rows)", heads["score"]);
        Assert.Null(heads["age"]);
        Assert.Null(heads["class"]);
    }

    [Fact]
    public async Task A_number_that_rises_with_the_target_is_suspected()
    {
        var table = SomeTable.Of(
            ("log", Cells(i => Text(Math.Log(1 + i * 37 % 120)))),
            ("noise", Cells(i => $"{i * 53 % 97}")),
            ("y", Cells(i => $"{1 + i * 37 % 120}"))
        );
        var heads = (await AllAsync(table, table.Schema("y", TaskKind.Regression))).ToDictionary(h => h.Column.Name);
        Assert.Equal("it rises with the target 'y' in nearly every row", heads["log"].Suspect);
        Assert.Equal(1, heads["log"].Relation!.Value, 1e-12);
        Assert.Null(heads["noise"].Suspect);
    }

    [Theory]
    [InlineData("iris")]
    [InlineData("penguins")]
    [InlineData("wine")]
    [InlineData("breast-cancer")]
    [InlineData("diabetes")]
    [InlineData("sacramento")]
    [InlineData("moons")]
    [InlineData("scat")]
    public async Task No_bundled_table_is_suspected(string name)
    {
        var opened = await OpenedTable.OpenAsync(name);
        Assert.All(await AllAsync(opened.Table, opened.Schema), h => Assert.Null(h.Suspect));
    }

    [Fact]
    public async Task Groups_are_classes_or_thirds()
    {
        var iris = await OpenedTable.OpenAsync("iris");
        var groups = TableHeads.Of(iris.Table, iris.Schema).Groups;
        Assert.Equal(["setosa", "versicolor", "virginica"], groups.Labels);
        Assert.Equal([0, 1, 2], groups.Classes);
        var many = SomeTable.Of(("x", Cells(i => $"{i}")), ("class", Cells(i => i < 60 ? "a" : $"k{i % 10}")));
        groups = TableHeads.Of(many, many.Schema("class", TaskKind.Classification)).Groups;
        Assert.Equal(["a", "k0", "k1", "k2", "k3", "6 other classes"], groups.Labels);
        Assert.Null(groups.Classes[^1]);
        var numbers = SomeTable.Of(("x", Cells(i => $"{i}")), ("y", Cells(i => $"{i}")));
        Assert.Equal(["0 to 40", "40 to 80", "80 to 119"], TableHeads.Of(numbers, numbers.Schema("y", TaskKind.Regression)).Groups.Labels);
        var same = SomeTable.Of(("x", Cells(i => $"{i}")), ("y", Cells(i => i < 100 ? "0" : $"{i}")));
        Assert.Single(TableHeads.Of(same, same.Schema("y", TaskKind.Regression)).Groups.Labels);
        var none = TableHeads.Of(numbers, new([new("x", ColumnKind.Integer)], TaskKind.Regression));
        Assert.Equal([""], none.Groups.Labels);
        Assert.Null(none.Of(none.Order[0]).Relation);
    }

    [Fact]
    public async Task Dates_have_bins_in_days()
    {
        var reading = await SomeTable.ReadAsync(
            "day,class\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"2024-{1 + i % 12:00}-{1 + i % 27:00},{"ab"[i % 2]}\n"))
        );
        var schema = SchemaGuess.Guess(reading.Table);
        var head = (await AllAsync(reading.Table, schema)).Single(h => h.Column.Name == "day");
        Assert.Equal(ColumnKind.Date, head.Column.Kind);
        Assert.StartsWith("2024-01-0", head.Bars!.Bars[0].Condition.Words, StringComparison.Ordinal);
        Assert.Equal(100, head.Bars.Bars.Sum(b => b.Rows));
        Assert.NotNull(head.Relation);
    }

    [Fact]
    public async Task The_stream_ends_where_nobody_reads_it()
    {
        var iris = await OpenedTable.OpenAsync("iris");
        await foreach (var head in TableHeads.Of(iris.Table, iris.Schema).StreamAsync())
        {
            Assert.Equal("species", head.Column.Name);
            break;
        }
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in TableHeads.Of(iris.Table, iris.Schema).StreamAsync(stop.Token)) { }
        });
    }
}
