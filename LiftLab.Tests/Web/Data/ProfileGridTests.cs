using System.Globalization;
using Bunit;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Pages.Data.Profile;
using Microsoft.AspNetCore.Components.Web;

namespace LiftLab.Tests.Web.Data;

/// <summary>The rows of a table under headers that tell the profile of their columns and filter the rows.</summary>
public sealed class ProfileGridTests : PageTest
{
    static Table Made(string cell, int rows, params string[] names) =>
        new("t", [.. names.Select(n => new Column(n, [.. Enumerable.Repeat(cell, rows)]))]);

    static Schema Of(Table table) =>
        new([.. table.Columns.Select(c => new ColumnSchema(c.Name, ColumnKind.Category))], TaskKind.Regression);

    static async Task<(TableHeads All, Dictionary<string, ColumnHead> Heads)> ProfileAsync(Table table, Schema schema)
    {
        var all = TableHeads.Of(table, schema);
        var heads = new Dictionary<string, ColumnHead>(StringComparer.Ordinal);
        await foreach (var head in all.StreamAsync())
            heads[head.Column.Name] = head;
        return (all, heads);
    }

    async Task<IRenderedComponent<ProfileGrid>> GridAsync(Table table, Schema schema)
    {
        var (all, heads) = await ProfileAsync(table, schema);
        return Page.Render<ProfileGrid>(p =>
            p.Add(x => x.Table, table).Add(x => x.Schema, schema).Add(x => x.Heads, heads).Add(x => x.Groups, all.Groups)
        );
    }

    static string[] Texts(IRenderedComponent<ProfileGrid> grid, string selector) =>
        [
            .. grid.FindAll(selector)
                .Select(e => string.Join(' ', e.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))),
        ];

    [Fact]
    public void Another_table_replaces_every_row()
    {
        var long90 = Made("long", 90, "a", "b", "c");
        var grid = Page.Render<ProfileGrid>(p => p.Add(x => x.Table, long90).Add(x => x.Schema, Of(long90)));
        void Show(Table table) => grid.Render(p => p.Add(x => x.Table, table).Add(x => x.Schema, Of(table)));
        Show(Made("short", 1, "x"));
        grid.WaitForAssertion(() => Assert.Equal(["#", "x"], Texts(grid, "th")));
        Assert.DoesNotContain("long", grid.Markup, StringComparison.Ordinal);
        Show(Made("again", 90, "a", "b"));
        grid.WaitForAssertion(() => Assert.Equal(["#", "a", "b"], Texts(grid, "th")));
        Assert.DoesNotContain("short", grid.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_tell_what_is_known_so_far()
    {
        var opened = await OpenedTable.OpenAsync("penguins");
        var (all, heads) = await ProfileAsync(opened.Table, opened.Schema);
        var known = new Dictionary<string, ColumnHead>(StringComparer.Ordinal) { ["species"] = heads["species"] };
        var grid = Page.Render<ProfileGrid>(p =>
            p.Add(x => x.Table, opened.Table).Add(x => x.Schema, opened.Schema).Add(x => x.Heads, known).Add(x => x.Groups, all.Groups)
        );
        Assert.Contains("1 of 8 columns profiled", grid.Markup, StringComparison.Ordinal);
        Assert.Equal(7, grid.FindAll(".head-bars.waiting").Count);
        grid.Render(p => p.Add(x => x.Heads, heads));
        Assert.Empty(grid.FindAll(".head-bars.waiting"));
        Assert.DoesNotContain("columns profiled", grid.Markup, StringComparison.Ordinal);
        var sex = Assert.Single(grid.FindAll("th"), h => h.TextContent.Contains("sex", StringComparison.Ordinal)).TextContent;
        Assert.Contains("2 distinct", sex, StringComparison.Ordinal);
        Assert.Contains($"{heads["sex"].Column.Missing} missing", sex, StringComparison.Ordinal);
        Assert.Contains(heads["sex"].Relation!.Words, sex, StringComparison.Ordinal);
        Assert.Equal(["Adelie", "Chinstrap", "Gentoo"], Texts(grid, ".head-legend li"));
    }

    [Fact]
    public async Task A_click_on_a_bar_filters_and_filters_combine_and_are_cleared()
    {
        var opened = await OpenedTable.OpenAsync("penguins");
        var grid = await GridAsync(opened.Table, opened.Schema);
        var (_, heads) = await ProfileAsync(opened.Table, opened.Schema);
        string Note() => grid.Find(".visually-hidden[role=status]").TextContent;
        Assert.Empty(grid.FindAll(".chips"));

        // The first bar of the species is its most frequent one.
        var species = heads["species"].Bars!.Bars[0];
        var at = opened.Schema.Columns.ToList().FindIndex(c => c.Name == "species");
        await grid.FindAll(".head-bars")[at].ClickAsync(new MouseEventArgs { OffsetX = 1 });
        grid.WaitForAssertion(() => Assert.StartsWith($"{species.Rows} of 344", Note(), StringComparison.Ordinal));
        Assert.Equal(
            ["species: Adelie×", "Clear all filters"],
            Texts(grid, ".chips li").Select(t => t.Replace(" ×", "×", StringComparison.Ordinal))
        );

        await grid.Find("button[aria-label$='missing in sex: show these rows']").ClickAsync(new());
        var both = CellCondition.Rows(opened.Table, opened.Schema, [species.Condition, new CellCondition.IsMissing("sex")]);
        grid.WaitForAssertion(() => Assert.StartsWith($"{both.Length} of 344", Note(), StringComparison.Ordinal));
        grid.WaitForAssertion(() =>
            Assert.Equal(
                both.Take(3).Select(r => (r + 1).ToString(CultureInfo.InvariantCulture)),
                grid.FindAll("tbody td.number").Select(c => c.TextContent).Take(3)
            )
        );

        await grid.Find("button[aria-label^='Remove the filter species']").ClickAsync(new());
        grid.WaitForAssertion(() => Assert.StartsWith($"{heads["sex"].Column.Missing} of 344", Note(), StringComparison.Ordinal));
        await grid.Find(".chips .clear button").ClickAsync(new());
        grid.WaitForAssertion(() => Assert.Equal("All rows are shown.", Note()));
        Assert.Empty(grid.FindAll(".chips"));
    }

    [Fact]
    public async Task Values_of_a_column_are_listed_for_the_keyboard()
    {
        var opened = await OpenedTable.OpenAsync("iris");
        var grid = await GridAsync(opened.Table, opened.Schema);
        await grid.Find("button[aria-label='Values of species']").ClickAsync(new());
        Assert.Equal(
            ["setosa505000show rows", "versicolor500500show rows", "virginica500050show rows"],
            Texts(grid, ".head-detail tbody tr")
        );
        await grid.Find("button[aria-label='Show rows where species is versicolor']").ClickAsync(new());
        grid.WaitForAssertion(() => Assert.Equal("50 of 150 rows are shown.", grid.Find(".visually-hidden[role=status]").TextContent));
        Assert.Equal("true", grid.Find("button[aria-label='Show rows where species is versicolor']").GetAttribute("aria-pressed"));
        await grid.Find(".head-detail button").ClickAsync(new());
        Assert.Empty(grid.FindAll(".head-detail"));
    }

    [Fact]
    public async Task A_thousand_columns_are_a_small_page()
    {
        var random = new Random(3);
        var table = new Table(
            "wide",
            [
                .. Enumerable
                    .Range(0, 1000)
                    .Select(c => new Column($"column {c}", [.. Enumerable.Range(0, 300).Select(_ => $"{random.Next(500) / 7.0:0.000}")])),
                new Column("class", [.. Enumerable.Range(0, 300).Select(r => $"k{r % 5}")]),
            ]
        );
        var grid = await GridAsync(table, table.Schema());
        Assert.InRange(grid.FindAll("thead th").Count, 10, 42);
        Assert.True(grid.Markup.Length < 400_000, $"{grid.Markup.Length} characters");
        await grid.InvokeAsync(() => grid.Instance.InSight(500, 100_000)); // a browser that claims to be wide
        Assert.InRange(grid.FindAll("thead th").Count, 10, 42);
        Assert.True(grid.Markup.Length < 600_000, $"{grid.Markup.Length} characters");
        Assert.Contains(Texts(grid, "thead th"), t => t.StartsWith("column 500", StringComparison.Ordinal));
        await grid.InvokeAsync(() => grid.Instance.InSight(1_000_000, 8));
        Assert.Contains(Texts(grid, "thead th"), t => t.StartsWith("class", StringComparison.Ordinal));
        await grid.Find(".head-search input").ChangeAsync(new() { Value = "column 77" });
        Assert.Contains(Texts(grid, "thead th"), t => t.StartsWith("column 77 ", StringComparison.Ordinal));
        await grid.Find(".head-search input").ChangeAsync(new() { Value = "nothing" });
        Assert.Contains("No column", grid.Markup, StringComparison.Ordinal);
    }
}

file static class Guessed
{
    public static Schema Schema(this Table table) => SchemaGuess.Guess(table);
}
