using Bunit;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Tables;
using LiftLab.Web.Pages.Data;

namespace LiftLab.Tests.Web.Data;

/// <summary>The one place where names, units and value labels are edited.</summary>
public sealed class NamesPanelTests : PageTest
{
    static async Task<(Table, Schema)> TableAsync()
    {
        var table = (
            await SomeTable.ReadAsync(
                "native,size,rating\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{1 + i % 2},{10 + i},{1 + i % 3}\n"))
            )
        ).Table;
        return (
            table,
            new(
                [new("native", ColumnKind.Integer), new("size", ColumnKind.Integer), new("rating", ColumnKind.Integer, ColumnRole.Target)],
                TaskKind.Classification
            )
        );
    }

    [Fact]
    public async Task Words_change_the_schema_and_the_preview()
    {
        var (table, schema) = await TableAsync();
        var panel = Page.Render<NamesPanel>(p => p.Add(x => x.Table, table).Add(x => x.Schema, schema));
        panel.Render(p => p.Add(x => x.Changed, change => panel.Render(q => q.Add(x => x.Schema, schema = change(schema)))));
        panel.WaitForAssertion(() => Assert.Equal("Label of 1 in native", panel.Find("tbody input").GetAttribute("aria-label")));
        panel.WaitForAssertion(() => Assert.Contains("native = 1.00, size = 10.00", panel.Markup, StringComparison.Ordinal));
        await panel.InvokeAsync(() => panel.FindAll(".fields input")[0].Change(" the assistant "));
        await panel.InvokeAsync(() => panel.Find("input[aria-label='Label of 1 in native']").Change("an English speaker"));
        panel.WaitForAssertion(() =>
            Assert.Contains("the assistant = an English speaker, size = 10.00", panel.Markup, StringComparison.Ordinal)
        );
        Assert.Equal("the assistant", schema.Columns[0].ReadableName);
        Assert.Equal("an English speaker", schema.Columns[0].ValueLabels!["1"]);
        await panel.InvokeAsync(() => panel.Find("input[aria-label='Label of 2 in native']").Change("an English speaker"));
        panel.WaitForAssertion(() =>
            Assert.Contains("is the label of two values", panel.Find(".wrong").TextContent, StringComparison.Ordinal)
        );
        await panel.InvokeAsync(() => panel.Find("input[aria-label='Label of 2 in native']").Change(""));
        await panel.InvokeAsync(() => panel.Find("input[aria-label='Label of 1 in native']").Change(""));
        Assert.Null(schema.Columns[0].ValueLabels);
        await panel.InvokeAsync(() => panel.Find("select").Change("size"));
        panel.WaitForAssertion(() => Assert.Equal(40, panel.FindAll("tbody input").Count));
        await panel.InvokeAsync(() => panel.FindAll(".fields input")[1].Change("students"));
        panel.WaitForAssertion(() => Assert.Contains("size = 10.00 students", panel.Markup, StringComparison.Ordinal)); // the preset units
    }

    [Fact]
    public async Task A_change_that_is_not_shown_yet_is_not_undone_by_the_next()
    {
        var (table, schema) = await TableAsync();
        var panel = Page.Render<NamesPanel>(p =>
            p.Add(x => x.Table, table).Add(x => x.Schema, schema).Add(x => x.Changed, change => schema = change(schema))
        );
        panel.WaitForAssertion(() => Assert.Equal(2, panel.FindAll("tbody input").Count));
        await panel.InvokeAsync(() => panel.FindAll(".fields input")[0].Change("the assistant"));
        await panel.InvokeAsync(() => panel.Find("input[aria-label='Label of 1 in native']").Change("an English speaker"));
        await panel.InvokeAsync(() => panel.Find("input[aria-label='Label of 2 in native']").Change("none"));
        Assert.Equal(("the assistant", 2), (schema.Columns[0].ReadableName, schema.Columns[0].ValueLabels!.Count));
    }

    [Fact]
    public async Task Labels_in_the_name_are_taken_with_one_click()
    {
        var table = (
            await SomeTable.ReadAsync(
                "\"Gender (1=f, 2=m)\",size,rating\n"
                    + string.Concat(Enumerable.Range(0, 40).Select(i => $"{1 + i % 2},{10 + i},{i % 3}\n"))
            )
        ).Table;
        Schema schema = new(
            [
                new("Gender (1=f, 2=m)", ColumnKind.Integer),
                new("size", ColumnKind.Integer),
                new("rating", ColumnKind.Integer, ColumnRole.Target),
            ],
            TaskKind.Classification
        );
        var panel = Page.Render<NamesPanel>(p => p.Add(x => x.Table, table).Add(x => x.Schema, schema));
        panel.Render(p => p.Add(x => x.Changed, change => panel.Render(q => q.Add(x => x.Schema, schema = change(schema)))));
        panel.WaitForAssertion(() => Assert.Contains("1 is f, 2 is m", panel.Markup, StringComparison.Ordinal));
        await panel.InvokeAsync(() => panel.Find("button.plain").Click());
        panel.WaitForAssertion(() => Assert.Contains("The Gender is f and the size is 10", panel.Markup, StringComparison.Ordinal));
        Assert.Empty(panel.FindAll("button.plain"));
    }
}
