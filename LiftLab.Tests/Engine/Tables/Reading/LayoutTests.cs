using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Rows around and between the data are recognised, left out and reported, and can be kept.</summary>
public sealed class LayoutTests
{
    static readonly string Rows = string.Concat(
        Enumerable.Range(0, 12).Select(i => $"{1 + i * 0.25},{i % 5},{(i % 2 == 0 ? "dry" : "wet")}\n")
    );
    static readonly string Plots = string.Concat(Enumerable.Range(0, 12).Select(i => $"plot{i},{i % 5},{i * 0.5}\n"));

    [Theory]
    [InlineData("comments.csv", 40, "t h state", "comment-lines comment-lines")]
    [InlineData("footnotes.csv", 30, "mass visits soil", "note-below note-below note-below")]
    [InlineData("joined.csv", 80, "t state", "repeated-header")]
    [InlineData("mixed-line-ends.csv", 40, "t h state", "line-ends")]
    [InlineData("blanks.txt", 40, "mass length n kind", "blank-delimiter")]
    [InlineData("r-table.txt", 40, "column_1 mass n sick", "blank-delimiter row-names")]
    [InlineData("nul.csv", 40, "t h state", "nul-character")]
    [InlineData("one-bad-byte.csv", 40, "size town taste", "bad-byte")]
    public async Task A_case_is_read_whole_and_its_oddity_is_said(string file, int rows, string names, string codes)
    {
        var reading = await TableReader.ReadAsync(CaseFile.At(file));
        Assert.Equal(rows, reading.Table.RowCount);
        Assert.Equal(names.Split(' '), reading.Table.Columns.Select(c => c.Name.Replace(' ', '_')));
        Assert.Equal(
            codes.Split(' '),
            reading.Problems.Where(p => p.Code is not ("marks-among-numbers" or "not-a-number")).Select(p => p.Code)
        );
    }

    [Fact]
    public async Task Rows_and_cells_that_are_odd_are_named()
    {
        Assert.Equal([31, 32, 33], (await TableReader.ReadAsync(CaseFile.At("footnotes.csv"))).Problems.Select(p => p.Row!.Value));
        Assert.Equal(41, Assert.Single((await TableReader.ReadAsync(CaseFile.At("joined.csv"))).Problems).Row);
        var nul = Assert.Single((await TableReader.ReadAsync(CaseFile.At("nul.csv"))).Problems);
        Assert.Equal((12, "t"), (nul.Row, nul.Column));
        var bad = (await TableReader.ReadAsync(CaseFile.At("one-bad-byte.csv"))).Problems[0];
        Assert.Equal((30, "size"), (bad.Row, bad.Column));
    }

    [Theory]
    [InlineData("# made up\n# by hand, twice\n", "comment-lines", 2)]
    [InlineData("% made up\n", "comment-lines", 1)]
    [InlineData("// made up\n", "comment-lines", 1)]
    [InlineData("Report of May,,\n", "title-rows", 1)]
    [InlineData("Station:,Bern\nFrom:,2024\n", "title-rows", 2)]
    public async Task Rows_above_the_header_are_left_out_and_counted(string above, string code, int skipped)
    {
        var rows = string.Concat(Enumerable.Range(0, 12).Select(i => $"{i * 0.5},{i % 5},{i % 3},{i % 4},k{i % 2}\n"));
        var reading = await SomeTable.ReadAsync(above + "a,b,c,d,e\n" + rows);
        Assert.Equal(["a", "b", "c", "d", "e"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal((12, skipped), (reading.Table.RowCount, reading.Format.SkippedRows));
        Assert.Equal(code, Assert.Single(reading.Problems).Code);
    }

    [Theory]
    [InlineData("#depth,n,soil\n", "#depth")]
    [InlineData("# depth,n,soil\n", "depth")]
    [InlineData("#,n,soil\n", "#")]
    public async Task A_header_may_begin_with_a_hash(string header, string first)
    {
        var reading = await SomeTable.ReadAsync(header + Rows);
        Assert.Equal([first, "n", "soil"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(12, reading.Table.RowCount);
    }

    [Fact]
    public async Task Cells_that_begin_with_a_hash_are_data_where_they_are_usual()
    {
        var reading = await SomeTable.ReadAsync("tag,n\nred,1\n#ff0000,2\n#00ff00,3\n");
        Assert.Equal(["red", "#ff0000", "#00ff00"], reading.Table["tag"].Cells);
        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData("\nSource: A, B, and C, D\n", 1)]
    [InlineData("* estimated\n", 1)]
    [InlineData("\"Note: one, two\"\n\nReleased in March\n", 2)]
    [InlineData("The data were collected by hand in May\n", 1)]
    public async Task Notes_below_are_left_out(string below, int notes)
    {
        foreach (var table in (string[])["depth,n,soil\n" + Rows, "name,n,x\n" + Plots])
        {
            var reading = await SomeTable.ReadAsync(table + below);
            Assert.Equal(12, reading.Table.RowCount);
            Assert.Equal(notes, reading.Problems.Count(p => p.Code == "note-below"));
            Assert.Equal(13, reading.Problems[0].Row);
            var every = await SomeTable.ReadAsync(table + below, new() { EveryRow = true });
            Assert.True(every.Table.RowCount > 12 || every.Problems.Any(p => p.Code == "long-row"));
        }
    }

    [Theory]
    [InlineData("\nspeed,mass,kind\n100,7,a\n200,9,b\n", 12)]
    [InlineData("\n\nspeed,mass\n100,7\n200,9\n", 12)]
    [InlineData("\nday,mean speed,mass (kg),kind,note\nMonday,3,4,a,x\n", 12)]
    [InlineData("\nclosed,,\n3,4,dry\n", 14)]
    [InlineData("\nclosed,2,dry\n3,4,dry\n", 14)]
    [InlineData("\nn.a.,n.a.,dry\n3,4,dry\n", 14)]
    [InlineData("speed,mass,kind\n3,4,dry\n", 14)]
    public async Task A_second_table_below_a_blank_line_is_left_out(string below, int rows)
    {
        var reading = await SomeTable.ReadAsync("depth,n,soil\n" + Rows + below);
        Assert.Equal(rows, reading.Table.RowCount);
        Assert.Equal(rows == 12 ? 13 : null, reading.Problems.FirstOrDefault(p => p.Code == "second-table")?.Row);
        var every = await SomeTable.ReadAsync("depth,n,soil\n" + Rows + below, new() { EveryRow = true });
        Assert.DoesNotContain(every.Problems, p => p.Code == "second-table");
        Assert.True(every.Table.RowCount > 12 || every.Problems.Any(p => p.Code == "long-row"));
    }

    [Theory]
    [InlineData("plot99,,\n")]
    [InlineData("plot99\n")]
    [InlineData("plot99,7,\n")]
    public async Task A_row_with_little_in_it_is_no_note(string last) =>
        Assert.Equal(13, (await SomeTable.ReadAsync("name,n,x\n" + Plots + last)).Table.RowCount);

    [Theory]
    [InlineData("Total,21,33\n", 12)]
    [InlineData("Grand total:,21,\n", 12)]
    [InlineData("Summe,21,33\n", 12)]
    [InlineData(",21,33\n", 12)]
    [InlineData("\nMean,1.75,2.75\nSD,1.4,1.8\n", 12)]
    [InlineData("average,1.75,2.75\n", 12)]
    [InlineData("max,900,99\n", 13)]
    [InlineData(",22,7\n", 13)]
    public async Task A_total_below_is_left_out(string last, int rows)
    {
        var reading = await SomeTable.ReadAsync("name,n,x\n" + Plots + last);
        Assert.Equal(rows, reading.Table.RowCount);
        Assert.Equal(rows == 12, reading.Problems.Any(p => p.Code == "total-row"));
    }

    [Fact]
    public async Task A_table_whose_rows_are_named_total_keeps_them() =>
        Assert.Equal(4, (await SomeTable.ReadAsync("name,n\nTotal,1\nMean,3\nTotal,5\nTotal,9\n")).Table.RowCount);

    [Theory]
    [InlineData("Body,,Soil\nmass,length,kind\n")]
    [InlineData("Body,Body,Soil\nmass,length,kind\n")]
    public async Task Two_header_rows_are_joined(string header)
    {
        var reading = await SomeTable.ReadAsync(header + Rows + header + Rows);
        Assert.Equal(["Body mass", "Body length", "Soil kind"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal((24, 2), (reading.Table.RowCount, reading.Format.HeaderRows));
        Assert.Contains(reading.Problems, p => p.Code == "header-rows");
        var one = await SomeTable.ReadAsync(header + Rows, new() { HasHeader = true, HeaderRows = 1 });
        Assert.Equal(13, one.Table.RowCount);
    }

    [Theory]
    [InlineData("m,kg,\n", "m")]
    [InlineData("[cm],[g],[-]\n", "cm")]
    [InlineData("double,int,string\n", null)]
    [InlineData("How deep?,How many?,Which soil is it?\n", null)]
    public async Task A_row_of_units_or_descriptions_is_left_out(string row, string? unit)
    {
        var reading = await SomeTable.ReadAsync("depth,n,soil\n" + row + Rows);
        Assert.Equal(12, reading.Table.RowCount);
        Assert.Equal(unit, reading.Table["depth"].Unit);
        Assert.Equal(unit is null ? "description-row" : "units-row", Assert.Single(reading.Problems).Code);
    }

    [Fact]
    public async Task A_header_in_another_order_ends_the_table_with_an_error()
    {
        var reading = await SomeTable.ReadAsync("a,b,c\n1,2,x\n3,4,y\nb,a,c\n2,1,x\n");
        Assert.Equal(2, reading.Table.RowCount);
        Assert.Contains(reading.Problems, p => p is { Code: "other-header", Severity: Severity.Error, Row: 3 });
    }

    [Theory]
    [InlineData("depth  n  soil kind\n1.5  2  very dry\n2.5  3  very wet\n3.5  2  very dry\n", "depth|n|soil kind")]
    [InlineData("  depth   n\n  1,5     2\n  2,5    13\n 13,5     2\n", "depth|n")]
    [InlineData("# depth n\n1.5 2\n2.5 3\n3.5 2\n", "depth|n")]
    [InlineData("depth\t n\n1.5\t 2\n2.5\t 3\n3.5\t 2\n", "depth|n")]
    public async Task Blanks_separate_cells(string text, string names)
    {
        var reading = await SomeTable.ReadAsync(text);
        Assert.Equal(names.Split('|'), reading.Table.Columns.Select(c => c.Name));
        Assert.Equal((3, 2.5), (reading.Table.RowCount, reading.Table["depth"].Numbers[1]));
    }

    [Theory]
    [InlineData("text\nthis is dry 1\nthis is wet 2\nthis is wet 3\n")]
    [InlineData("name\nJohn Smith\nAda Byron\nJo Doe\n")]
    public async Task Sentences_in_one_column_are_not_taken_apart(string text) =>
        Assert.Single((await SomeTable.ReadAsync(text)).Table.Columns);
}
