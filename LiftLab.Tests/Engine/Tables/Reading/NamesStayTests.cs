using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Names never move against cells.</summary>
public sealed class NamesStayTests
{
    [Fact]
    public async Task A_delimiter_at_the_end_of_rows_is_no_column()
    {
        var reading = await TableReader.ReadAsync(CaseFile.At("trailing-comma.csv"));
        Assert.Equal(["depth", "width", "side", "soil"], Names(reading));
        Assert.All(reading.Table["soil"].Cells, c => Assert.Contains(c, (string[])["dry", "wet"]));
        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData("a;b\n1;x;\n2;y;\n3;x;\n")]
    [InlineData("a\tb\n1\tx\t\n2\ty\t\n3\tx\t\n")]
    [InlineData("a,b\n1,x,,\n2,y,,\n3,x,,\n")]
    [InlineData("a,b\n1,x,\n2,y\n3,x,\n")]
    [InlineData("a,b,\n1,x\n2,y\n3,x\n")]
    [InlineData("| a | b |\n|---|---|\n| 1 | x |\n| 2 | y |\n| 3 | x |\n")]
    public async Task Delimiters_at_ends_are_no_columns(string text)
    {
        var reading = await SomeTable.ReadAsync(text);
        Assert.Equal(["a", "b"], Names(reading));
        Assert.Equal(["x", "y", "x"], reading.Table["b"].Cells);
    }

    [Fact]
    public async Task A_backslash_before_a_quote_is_said_once()
    {
        var reading = await TableReader.ReadAsync(CaseFile.At("backslash-quotes.csv"));
        Assert.Equal(["count", "remark", "kind"], Names(reading));
        Assert.Equal("said \"no\", then left", reading.Table["remark"].Cells[0]);
        Assert.Equal("other-quoting", Assert.Single(reading.Problems).Code);
    }

    [Theory]
    [InlineData("'", "'")]
    [InlineData("“", "”")]
    public async Task Other_quotes_hold_delimiters_too(string open, string close)
    {
        var rows = string.Concat(Enumerable.Range(0, 80).Select(i => $"{i},plain,k{i % 2}\n"));
        var reading = await SomeTable.ReadAsync($"n,remark,kind\n{rows}1,{open}a, b{close},k1\n2,{open}c, d{close},k0\n");
        Assert.Equal(["n", "remark", "kind"], Names(reading));
        Assert.Equal(["plain", "a, b", "c, d"], reading.Table["remark"].Cells.Skip(79));
        Assert.Equal(["other-quoting"], reading.Problems.Select(p => p.Code));
    }

    [Fact]
    public async Task An_apostrophe_at_the_start_of_a_cell_is_text() =>
        Assert.Equal(["'90s", "x"], (await SomeTable.ReadAsync("a,b\n'90s,1\nx,2\n")).Table["a"].Cells);

    [Theory]
    [InlineData("a,b\n1.5,2,x\n1.5,3,y\n2.5,4,x\n")]
    [InlineData("id,b\n1,2,x\n2,3,y\n3,4,x\n")]
    public async Task A_header_that_is_too_short_is_an_error_and_names_stay(string text)
    {
        var reading = await SomeTable.ReadAsync(text);
        Assert.Contains(reading.Problems, p => p is { Code: "short-header", Severity: Severity.Error });
        Assert.Equal("column 3", Names(reading)[2]);
        Assert.Equal(["x", "y", "x"], reading.Table["column 3"].Cells);
    }

    [Theory]
    [InlineData("mass,n\nplot1,2.5,3\nplot2,1.5,4\nplot3,3.5,3\n")]
    [InlineData("mass,n\n3,2.5,3\n7,1.5,4\n9,3.5,3\n")]
    public async Task Row_names_of_R_are_said(string text)
    {
        var reading = await SomeTable.ReadAsync(text);
        Assert.Equal(["column 1", "mass", "n"], Names(reading));
        Assert.Equal("row-names", Assert.Single(reading.Problems).Code);
    }

    static string[] Names(TableReading reading) => [.. reading.Table.Columns.Select(c => c.Name)];
}
