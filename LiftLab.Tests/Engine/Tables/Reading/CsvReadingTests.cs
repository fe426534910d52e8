using System.Text;

namespace LiftLab.Tests.Engine.Tables.Reading;

public sealed class CsvReadingTests
{
    const string Plain = "name,size,kind\nAda,1.5,a\nBob,2.5,b\nCyd,3.5,a\n";

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public async Task The_delimiter_is_found(char delimiter)
    {
        var reading = await SomeTable.ReadAsync(Plain.Replace(',', delimiter));
        Assert.Equal(delimiter, reading.Format.Delimiter);
        Assert.Equal(["name", "size", "kind"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(["Ada", "Bob", "Cyd"], reading.Table["name"].Cells);
        Assert.Equal([1.5, 2.5, 3.5], reading.Table["size"].Numbers);
        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData("utf-8", true, "utf-8")]
    [InlineData("utf-8", false, "utf-8")]
    [InlineData("utf-16", true, "utf-16")]
    [InlineData("utf-16", false, "utf-16")]
    [InlineData("utf-16BE", true, "utf-16BE")]
    [InlineData("utf-16BE", false, "utf-16BE")]
    [InlineData("windows-1252", false, "windows-1252")]
    public async Task The_encoding_is_found(string name, bool mark, string expected)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        var text = "name,size\nÅse,1\nJosé,2\nMüller – groß,3\n";
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)];
        var reading = await SomeTable.ReadAsync(bytes);
        Assert.Equal(expected, reading.Format.Encoding);
        Assert.Equal(["name", "size"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(["Åse", "José", "Müller – groß"], reading.Table["name"].Cells);
    }

    [Fact]
    public async Task Decimal_commas_become_points()
    {
        var reading = await SomeTable.ReadAsync("id;mass;note\n1;1.234,5;a,b\n2;-0,25;c\n3;;d\n4;17;e,f\n");
        Assert.Equal((',', ';'), (reading.Format.DecimalMark, reading.Format.Delimiter));
        Assert.Equal(["1234.5", "-0.25", "", "17"], reading.Table["mass"].Cells);
        Assert.Equal(["a,b", "c", "d", "e,f"], reading.Table["note"].Cells);
    }

    [Fact]
    public async Task Quoted_decimal_commas_between_commas_are_found_too()
    {
        var reading = await SomeTable.ReadAsync("a,b\n\"1,5\",\"2,25\"\n\"3,5\",\"4,75\"\n");
        Assert.Equal([1.5, 3.5], reading.Table["a"].Numbers);
        Assert.Equal([2.25, 4.75], reading.Table["b"].Numbers);
    }

    [Fact]
    public async Task Three_decimals_after_commas_everywhere_are_decimals()
    {
        var reading = await SomeTable.ReadAsync("x;y\n1,234;0\n2,345;1\n3,456;0\n");
        Assert.Equal([1.234, 2.345, 3.456], reading.Table["x"].Numbers);
    }

    [Fact]
    public async Task Grouped_digits_are_one_number_and_said_so()
    {
        var reading = await SomeTable.ReadAsync("city,people\nA,\"1,234,567\"\nB,\"12,500\"\nC,900\n");
        Assert.Equal([1234567, 12500, 900], reading.Table["people"].Numbers);
        Assert.Equal(("grouped-digits", "people"), (reading.Problems[0].Code, reading.Problems[0].Column));
    }

    [Fact]
    public async Task Numbers_keep_their_writing()
    {
        var reading = await SomeTable.ReadAsync("a,b\n1.50,1e-3\n+2,007\n");
        Assert.Equal(["1.50", "+2"], reading.Table["a"].Cells);
        Assert.Equal(["1e-3", "007"], reading.Table["b"].Cells);
    }

    [Fact]
    public async Task Marks_of_missing_values_are_missing_and_listed()
    {
        var reading = await SomeTable.ReadAsync("a,b,c\n1,?,x\nNA,2,none\nn/a,3,null\n,-,y\n4,5,NaN\n");
        Assert.Equal(["1", "", "", "", "4"], reading.Table["a"].Cells);
        Assert.Equal(["", "2", "3", "", "5"], reading.Table["b"].Cells);
        Assert.Equal(["x", "none", "", "y", ""], reading.Table["c"].Cells);
        Assert.Equal(["-", "?", "NA", "NaN", "n/a", "null"], reading.Format.MissingMarks);
    }

    [Fact]
    public async Task Quoted_cells_hold_delimiters_quotes_and_line_ends()
    {
        var reading = await SomeTable.ReadAsync("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",2\n");
        Assert.Equal(["x, y", "two\nlines"], reading.Table["a"].Cells);
        Assert.Equal(["say \"hi\"", "2"], reading.Table["b"].Cells);
        Assert.Empty(reading.Problems);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Any_line_end_will_do(string end)
    {
        var reading = await SomeTable.ReadAsync(Plain.Replace("\n", end, StringComparison.Ordinal));
        Assert.Equal(["a", "b", "a"], reading.Table["kind"].Cells);
    }

    [Fact]
    public async Task A_table_without_a_header_gets_names()
    {
        var reading = await SomeTable.ReadAsync("5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n");
        Assert.False(reading.Format.HasHeader);
        Assert.Equal(["x1", "x2", "x3"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(3, reading.Table.RowCount);
        Assert.Equal("no-header", Assert.Single(reading.Problems).Code);
    }

    [Fact]
    public async Task Years_and_pixel_numbers_over_columns_are_a_header()
    {
        Assert.Equal(
            ["region", "1990", "1991", "1992"],
            (await SomeTable.ReadAsync("region,1990,1991,1992\nN,3.5,4.1,2\nS,2.2,1,9\n")).Table.Columns.Select(c => c.Name)
        );
        Assert.Equal(["0", "1", "2"], (await SomeTable.ReadAsync("0,1,2\n12,0,7\n3,3,3\n")).Table.Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task Row_names_without_a_header_are_a_column()
    {
        var reading = await SomeTable.ReadAsync("mpg,cyl\nMazda,21,6\nDatsun,22.8,4\nHornet,21.4,6\n");
        Assert.Equal(["column 1", "mpg", "cyl"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(["Mazda", "Datsun", "Hornet"], reading.Table["column 1"].Cells);
    }

    [Fact]
    public async Task A_separator_line_and_title_rows_are_not_part_of_the_table()
    {
        Assert.Equal(["a", "b"], (await SomeTable.ReadAsync("sep=;\r\na;b\r\n1;2\r\n")).Table.Columns.Select(c => c.Name));
        var titled = await SomeTable.ReadAsync("Report of May,,\n,,\na,b,c\n1,2,3\n4,5,6\n7,8,9\n");
        Assert.Equal(["a", "b", "c"], titled.Table.Columns.Select(c => c.Name));
        Assert.Equal(3, titled.Table.RowCount);
        Assert.Contains(titled.Problems, p => p.Code == "title-rows");
    }

    [Fact]
    public async Task Told_delimiter_header_and_decimal_mark_are_believed()
    {
        var reading = await SomeTable.ReadAsync(
            "1;2,5\n3;4,5\n",
            new()
            {
                Delimiter = ';',
                HasHeader = true,
                DecimalMark = ',',
            }
        );
        Assert.Equal(["1", "2,5"], reading.Table.Columns.Select(c => c.Name));
        Assert.Equal(["4.5"], reading.Table["2,5"].Cells);
    }

    [Fact]
    public async Task Equal_cells_share_one_string()
    {
        var table = (await SomeTable.ReadAsync("kind,n\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"k{i % 3},{i}\n")))).Table;
        Assert.Equal(3, table["kind"].Cells.Distinct(ReferenceEqualityComparer.Instance).Count());
    }
}
