using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>What programs that export tables do to cells, rows and columns: it is undone or said, never silent.</summary>
public sealed class ExportHabitTests
{
    static Task<TableReading> ReadAsync(string header, Func<int, string> row, string above = "") =>
        SomeTable.ReadAsync(header + "\n" + above + string.Concat(Enumerable.Range(0, 40).Select(i => row(i) + "\n")));

    static string Kind(int i) => ((string[])["soil", "sand", "clay"])[i % 3];

    [Theory]
    [InlineData("=\"{0}\"")]
    [InlineData("\"=\"\"{0}\"\"\"")]
    [InlineData("'{0}")]
    public async Task Signs_that_keep_a_cell_from_a_spreadsheet_program_are_taken_off(string guard)
    {
        string Guarded(string text) => string.Format(System.Globalization.CultureInfo.InvariantCulture, guard, text);
        var read = await ReadAsync("code,mass,kind", i => $"{Guarded($"00{i % 7}")},{Guarded($"{i}.5")},{Kind(i)}");
        Assert.Equal(["000", "001"], read.Table["code"].Cells.Take(2));
        Assert.Equal([0.5, 1.5], read.Table["mass"].Numbers.Take(2));
        Assert.Equal(ColumnKind.Category, SchemaGuess.Guess(read.Table).Columns.Single(c => c.Name == "code").Kind);
        Assert.Equal(2, read.Problems.Count(p => p is { Code: "guarded-cells", Row: 1, Severity: Severity.Note }));
        Assert.Contains(read.Problems, p => p.Column == "mass" && p.What.StartsWith("40 cells are written so", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Words_with_an_apostrophe_and_formulas_stay()
    {
        var read = await ReadAsync("a,b,kind", i => $"{(i % 2 == 0 ? "'90s" : "'12")},{(i % 2 == 0 ? "=A1+B1" : "=x")},{Kind(i)}");
        Assert.Equal(["'90s", "'12"], read.Table["a"].Cells.Take(2));
        Assert.Equal("=A1+B1", read.Table["b"].Cells[0]);
        Assert.DoesNotContain(read.Problems, p => p.Code == "guarded-cells");
    }

    [Fact]
    public async Task Commas_and_points_as_decimal_marks_in_one_column_are_both_read()
    {
        var read = await SomeTable.ReadAsync(
            "kind;mass\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{Kind(i)};{i}{(i % 5 == 0 ? ',' : '.')}25\n"))
        );
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i + 0.25), read.Table["mass"].Numbers);
        var problem = Assert.Single(read.Problems, p => p.Column == "mass");
        Assert.Equal(("decimal-marks-mixed", 1, Severity.Warning), (problem.Code, problem.Row, problem.Severity));
    }

    [Fact]
    public async Task Cells_that_may_name_several_choices_are_said()
    {
        var read = await ReadAsync(
            "choice,kind",
            i => $"{(i % 4 == 0 ? "\"1,2\"" : (1 + i % 3).ToString(System.Globalization.CultureInfo.InvariantCulture))},{Kind(i)}"
        );
        var problem = Assert.Single(read.Problems, p => p.Column == "choice");
        Assert.Equal(("choices-or-decimals", Severity.Warning), (problem.Code, problem.Severity));
        Assert.Contains("'1,2' was read as 1.2; 1 and 2 are values of the column too", problem.What, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Remedies);
        var marks = await ReadAsync("grade;kind", i => $"{(i % 4 == 0 ? "1,3" : $"{1 + i % 2},0")};{Kind(i)}");
        Assert.DoesNotContain(marks.Problems, p => p.Code == "choices-or-decimals");
    }

    [Fact]
    public async Task A_total_above_the_rows_is_said()
    {
        var read = await ReadAsync("kind,n,mass", i => $"{Kind(i)},{i + 1},{i * 7 % 11}", "Total,820,198\n");
        var problem = Assert.Single(TableCheck.Problems(read.Table, SchemaGuess.Guess(read.Table)), p => p.Code == "subtotal-rows");
        Assert.Equal((1, "kind"), (problem.Row, problem.Column));
        Assert.StartsWith("the row sums up the rows below it", problem.What, StringComparison.Ordinal);
        var other = await ReadAsync("kind,n,mass", i => $"{Kind(i)},{i + 1},{i * 7 % 11}", "Total,7,3\n");
        Assert.DoesNotContain(TableCheck.Problems(other.Table, SchemaGuess.Guess(other.Table)), p => p.Code == "subtotal-rows");
    }

    [Fact]
    public async Task Headings_between_rows_are_said_and_sparse_rows_are_not()
    {
        var read = await ReadAsync("site,mass,n", i => (i % 10 == 0 ? $"Site {i / 10},,\n" : "") + $"p{i % 10},{i}.5,{i * 3 % 17}");
        var problem = Assert.Single(TableCheck.Problems(read.Table, SchemaGuess.Guess(read.Table)), p => p.Code == "heading-rows");
        Assert.Equal((1, "site"), (problem.Row, problem.Column));
        Assert.StartsWith("4 rows have a value in this column only", problem.What, StringComparison.Ordinal);
        var sparse = await ReadAsync("site,mass,n", i => $"p{i},{(i % 6 == 0 ? "" : $"{i}.5")},{(i % 7 == 0 ? "" : $"{i}")}");
        Assert.DoesNotContain(TableCheck.Problems(sparse.Table, SchemaGuess.Guess(sparse.Table)), p => p.Code == "heading-rows");
    }

    [Fact]
    public async Task A_column_that_only_makes_room_is_not_said_to_lack_a_name()
    {
        var read = await ReadAsync("a,,b,kind", i => $"{i},,{i * 2},{Kind(i)}");
        Assert.Equal(["a", "b", "kind"], read.Table.Columns.Select(c => c.Name));
        Assert.Empty(read.Problems);
        Assert.Single((await ReadAsync("a,,b,kind", i => $"{i},{i % 3},{i * 2},{Kind(i)}")).Problems, p => p.Code == "empty-name");
    }

    [Fact]
    public async Task Rows_and_columns_that_a_sheet_hides_are_said()
    {
        string Row(int r, string attributes) =>
            $"<row r=\"{r}\"{attributes}><c r=\"A{r}\"><v>{r}</v></c><c r=\"B{r}\"><v>{r * r % 7}</v></c></row>";
        var rows =
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>b</t></is></c></row>"
            + string.Concat(Enumerable.Range(2, 20).Select(r => Row(r, r is >= 5 and < 9 ? " hidden=\"1\"" : "")));
        var read = await SomeTable.ReadAsync(Workbook.Of(("Data", "A1:B21", rows)), name: "t.xlsx");
        Assert.Equal(20, read.Table.RowCount);
        var problem = Assert.Single(read.Problems, p => p.Code == "hidden-rows");
        Assert.StartsWith("4 rows are hidden in the sheet (row 5 of the sheet is the first)", problem.What, StringComparison.Ordinal);
        var shown = await SomeTable.ReadAsync(
            Workbook.Of(("Data", "A1:B21", rows.Replace(" hidden=\"1\"", "", StringComparison.Ordinal))),
            name: "t.xlsx"
        );
        Assert.DoesNotContain(shown.Problems, p => p.Code.StartsWith("hidden", StringComparison.Ordinal));
    }
}
