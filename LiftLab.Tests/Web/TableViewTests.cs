using Bunit;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Pages.Data;

namespace LiftLab.Tests.Web;

/// <summary>The rows of a table and how its file is read, on the dataset page.</summary>
public sealed class TableViewTests : PageTest
{
    [Fact]
    public void Another_table_replaces_every_row()
    {
        var view = Page.Render<TableView>(p => p.Add(x => x.Table, Table("long", 90, "a", "b", "c")));
        view.Render(p => p.Add(x => x.Table, Table("short", 1, "x")));
        view.WaitForAssertion(() => Assert.Equal(["#", "x"], view.FindAll("th").Select(h => h.TextContent)));
        Assert.DoesNotContain("long", view.Markup, StringComparison.Ordinal);
        view.Render(p => p.Add(x => x.Table, Table("again", 90, "a", "b")));
        view.WaitForAssertion(() => Assert.Equal(["#", "a", "b"], view.FindAll("th").Select(h => h.TextContent)));
        Assert.DoesNotContain("short", view.Markup, StringComparison.Ordinal);

        static Table Table(string cell, int rows, params string[] names) =>
            new("t", [.. names.Select(n => new Column(n, [.. Enumerable.Repeat(cell, rows)]))]);
    }

    [Fact]
    public void Encoding_delimiter_and_header_can_be_overruled()
    {
        var told = new List<TableReadOptions?>();
        var format = new TableFormat("csv", "windows-1252", ',', '.', true, null, [], []) { SkippedRows = 2 };
        var card = Page.Render<FileReading>(p => p.Add(x => x.Format, format).Add(x => x.Changed, told.Add));
        var fields = card.FindAll("select");
        Assert.Equal(
            ["guessed: windows-1252", "guessed: commas", "guessed: 1", "guessed: 2", "guessed"],
            fields.Select(f => f.Children[0].TextContent)
        );
        fields[0].Change("macintosh");
        card.FindAll("select")[1].Change(" ");
        card.FindAll("select")[2].Change("0");
        card.FindAll("select")[3].Change("0");
        card.Find("input[type=checkbox]").Change(true);
        Assert.Equal("macintosh", told[0]!.Encoding);
        Assert.Equal(' ', told[1]!.Delimiter);
        Assert.Equal((false, null), (told[2]!.HasHeader, told[2]!.HeaderRows));
        Assert.Equal(0, told[3]!.SkippedRows);
        Assert.True(told[4]!.EveryRow);
    }
}
