using System.Text;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>ARFF files: declarations, dense and sparse rows, and rows that contradict the declarations.</summary>
public sealed class ArffTests
{
    static Task<TableReading> ReadAsync(string declarations, string rows) =>
        SomeTable.ReadAsync($"@relation t\n{declarations}@data\n{rows}");

    [Fact]
    public async Task Declared_values_make_a_category_even_of_digits()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i}.5,{i % 3 + 1},{i % 9 * 5}\n"));
        var reading = await ReadAsync(
            "@attribute size real\n@attribute grade {1,2,3}\n@attribute class {0,5,10,15,20,25,30,35,40}\n",
            rows
        );
        var schema = SchemaGuess.Guess(reading.Table);
        Assert.Equal(
            [("size", ColumnKind.Number), ("grade", ColumnKind.Category), ("class", ColumnKind.Category)],
            schema.Columns.Select(c => (c.Name, c.Kind))
        );
        Assert.Equal(("class", TaskKind.Classification), (schema.Target.Name, schema.Task));
        Assert.Empty(reading.Problems);
        // A person may say otherwise.
        var read = await SomeTable.ReadAsync(
            "@relation t\n@attribute a {1,2}\n@data\n1\n2\n",
            TableReadOptions.Default.With("a", c => c with { Kind = ColumnKind.Integer })
        );
        Assert.Equal(ColumnKind.Integer, SchemaGuess.Guess(read.Table).Columns[0].Kind);
    }

    [Fact]
    public async Task A_numeric_target_stays_a_number()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 4},{i}.25\n"));
        var schema = SchemaGuess.Guess((await ReadAsync("@attribute a numeric\n@attribute y numeric\n", rows)).Table);
        Assert.Equal(("y", TaskKind.Regression), (schema.Target.Name, schema.Task));
    }

    [Theory]
    [InlineData("'body mass' real", "body mass")]
    [InlineData("\"body mass\" REAL % in kg", "body mass")]
    [InlineData("'it\\'s' numeric", "it's")]
    [InlineData("a{1,2}", "a")]
    [InlineData("\ta\tinteger", "a")]
    [InlineData("'a{b}' {1,2}", "a{b}")]
    [InlineData("größe numeric", "größe")]
    [InlineData("a real [0, 1]", "a")]
    [InlineData("a integer[0,1]", "a")]
    [InlineData("a { 1 , '2' } % the {grades}", "a")]
    public async Task Names_are_read(string declaration, string name) =>
        Assert.Equal(name, (await ReadAsync($"@ATTRIBUTE {declaration}\n@attribute b {{x,y}}\n", "1,x\n2,y\n")).Table.Columns[0].Name);

    [Fact]
    public async Task Values_in_quotes_comments_and_marks_are_read()
    {
        var reading = await ReadAsync(
            "% note\n@attribute a {'x, y','it\\'s',NA}\n\n@attribute n numeric\n@attribute s string\n",
            "% note, with a comma\n'x, y',1.5,'two words'\n\nNA, ?, \"say \\\"no\\\"\"\n  'it\\'s' ,\t-1e3\t,?\n"
        );
        Assert.Equal(["x, y", "NA", "it's"], reading.Table["a"].Cells); // a declared value is no missing mark
        Assert.Equal(["1.5", "", "-1e3"], reading.Table["n"].Cells);
        Assert.Equal(["two words", "say \"no\"", ""], reading.Table["s"].Cells);
        Assert.Empty(reading.Problems);
        Assert.Equal(
            ["50%", "x % y", "%"],
            (await ReadAsync("@attribute s string\n@attribute n numeric\n", "50%,1\n'x % y',2\n'%',3 % note\n")).Table["s"].Cells
        );
    }

    [Theory]
    [InlineData("1,x\n2,y\n")]
    [InlineData("1\tx\n2\ty\n")]
    [InlineData("1 x\n2   y\n")]
    [InlineData("1,x,\n2,y,\n")]
    [InlineData("1,x,{0.5}\n2,y,{2}\n")]
    [InlineData("1,x % a, b\n2,y\t%\n")]
    [InlineData("1 x % it's\n2 'y' %\n")]
    [InlineData("{0 1, 1 x}\r\n{0 2,1 y}\r\n")]
    [InlineData("1,x\r2,y\r")]
    public async Task Every_way_to_separate_values_is_read(string rows)
    {
        var reading = await ReadAsync("@attribute a numeric\n@attribute b {x,y}\n", rows);
        Assert.Equal(["1", "2"], reading.Table["a"].Cells);
        Assert.Equal(["x", "y"], reading.Table["b"].Cells);
        Assert.DoesNotContain(reading.Problems, p => p.Severity > Severity.Note);
    }

    [Fact]
    public async Task Sparse_rows_have_zero_or_the_first_declared_value()
    {
        var reading = await ReadAsync(
            "@attribute a numeric\n@attribute b {no,yes}\n@attribute s string\n@attribute c numeric\n",
            "{0 3, 2 'two, words'}\n{1 yes, 3 ?}\n{}\n{0 1},{2}\n"
        );
        Assert.Equal(["3", "0", "0", "1"], reading.Table["a"].Cells);
        Assert.Equal(["no", "yes", "no", "no"], reading.Table["b"].Cells);
        Assert.Equal(["two, words", "", "", ""], reading.Table["s"].Cells);
        Assert.Equal(["0", "", "0", "0"], reading.Table["c"].Cells);
        Assert.Equal(["sparse-rows", "arff-weights"], reading.Problems.Select(p => p.Code));
    }

    [Theory]
    [InlineData("{0 1", "closing brace")]
    [InlineData("{7 1}", "index 7 is too large")]
    [InlineData("{1 x, 0 2}", "index 0 does not follow index 1")]
    [InlineData("{a 1}", "index value")]
    [InlineData("{1 'x}", "quote is not closed")]
    [InlineData("1", "1 value and 2 attributes")]
    [InlineData("1,x,3", "3 values and 2 attributes")]
    [InlineData("1,'x", "quote is not closed")]
    [InlineData("@end", "1 value and 2 attributes")]
    public async Task A_wrong_row_is_left_out_and_said_with_its_line(string row, string why)
    {
        var reading = await ReadAsync(
            "@attribute a numeric\n@attribute b {x,y}\n",
            string.Concat(Enumerable.Repeat("1,x\n2,y\n", 10)) + row + "\n3,x\n"
        );
        Assert.Equal(21, reading.Table.RowCount);
        var problem = Assert.Single(reading.Problems, p => p.Code == "arff-row");
        Assert.Contains("line 25 of the file", problem.What, StringComparison.Ordinal);
        Assert.Contains(why, problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_that_contradict_their_declaration_are_said()
    {
        var reading = await ReadAsync(
            "@attribute a numeric\n@attribute b {x,y}\n@attribute d date yyyy-MM-dd\n",
            "1,x,2024-05-01\nmany,z,2024-05-02\n3,y,soon\n"
        );
        Assert.Equal(["1", "", "3"], reading.Table["a"].Cells);
        Assert.Equal(["x", "z", "y"], reading.Table["b"].Cells);
        Assert.Equal(
            [("arff-number", 2, "a"), ("arff-undeclared", 2, "b"), ("arff-date", 3, "d")],
            reading
                .Problems.Where(p => p.Code.StartsWith("arff", StringComparison.Ordinal))
                .OrderBy(p => p.Row)
                .ThenBy(p => p.Column)
                .Select(p => (p.Code, p.Row ?? 0, p.Column))
        );
        Assert.Contains("line 7 of the file", reading.Problems.First(p => p.Code == "arff-number").What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "2024-05-01T10:20:30", "2024-05-01 10:20:30")]
    [InlineData("\"yyyy-MM-dd HH:mm:ss\"", "\"2024-05-01 10:20:30\"", "2024-05-01 10:20:30")]
    [InlineData("dd/MM/yyyy", "03/04/2024", "2024-04-03")]
    [InlineData("'MM/dd/yy'", "03/04/24", "2024-03-04")]
    [InlineData("\"d. MMMM yyyy\"", "'3. April 2024'", "2024-04-03")]
    [InlineData("\"yyyyMMdd'at'HH\"", "20240403at07", "2024-04-03 07:00:00")]
    [InlineData("\"yyyy-ww\"", "2024-05-01", "2024-05-01")] // weeks are not in .NET's formats: read by the usual rules
    public async Task Dates_have_their_declared_format(string format, string cell, string date)
    {
        var reading = await ReadAsync($"@attribute d date {format}\n@attribute b {{x,y}}\n", $"{cell},x\n?,y\n{cell},y\n");
        Assert.Equal([date, "", date], reading.Table["d"].Cells);
        Assert.Equal(ColumnKind.Date, reading.Table["d"].Told);
        Assert.DoesNotContain(reading.Problems, p => p.Severity > Severity.Note);
    }

    [Theory]
    [InlineData("@attribute a {x,y\n", "1\n", "line 2 of the file: the values of 'a' have no closing brace")]
    [InlineData("@attribute a\n", "1\n", "line 2 of the file: 'a' has no type")]
    [InlineData("@attribute 'a numeric\n", "1\n", "line 2 of the file: the attribute has no name, or its quote is not closed")]
    [InlineData("@attribute bag relational\n@attribute x numeric\n@end bag\n", "1\n", "'bag' is relational")]
    [InlineData("", "1\n", "declares no attributes")]
    public async Task A_wrong_declaration_is_refused_with_its_line(string declarations, string rows, string why) =>
        Assert.Contains(
            why,
            (await SomeTable.RefusedAsync($"@relation t\n{declarations}@data\n{rows}")).Problems[0].What,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_file_without_data_or_with_wrong_rows_alone_is_refused()
    {
        Assert.Equal("no-rows", (await SomeTable.RefusedAsync("@relation t\n@attribute a numeric\n1\n")).Problems[0].Code);
        Assert.Equal("no-rows", (await SomeTable.RefusedAsync("@relation t\n@attribute a numeric\n@data\n")).Problems[0].Code);
        var ragged = await ReadAsync("@attribute a numeric\n@attribute b numeric\n", "1,2\n1\n1\n1,2,3\n");
        Assert.Equal("ragged", ragged.Problems[0].Code);
    }

    [Fact]
    public async Task A_long_comment_before_the_declarations_is_skipped()
    {
        var comment = string.Concat(Enumerable.Repeat("% a line about the data\n", 1500));
        var reading = await SomeTable.ReadAsync(comment + "\n\n@RELATION t\n@ATTRIBUTE a NUMERIC\n@DATA\n1\n2\n");
        Assert.Equal(("arff", 2), (reading.Format.Kind, reading.Table.RowCount));
    }

    [Fact]
    public async Task Another_encoding_and_gzip_are_read()
    {
        var bytes = Encoding.Latin1.GetBytes("@relation t\n@attribute größe {süß,herb}\n@attribute b {x,y}\n@data\nsüß,x\nherb,y\nsüß,y\n");
        Assert.Equal(["süß", "herb", "süß"], (await SomeTable.ReadAsync(bytes)).Table["größe"].Cells);
    }

    [Fact]
    public async Task New_rows_as_CSV_are_read_as_the_ARFF_was()
    {
        var arff = await ReadAsync("@attribute a numeric\n@attribute b {1,2}\n", "1.5,1\n2.5,2\n");
        var csv = await SomeTable.ReadAsync("a,b\nNA,1\n3.5,2\n", arff.AsRead with { Delimiter = null });
        Assert.Equal(["", "3.5"], csv.Table["a"].Cells);
        Assert.Equal(ColumnKind.Category, csv.Table["b"].Told);
    }
}
