using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Inputs of the same kinds as those of Cases: what is read, and that every change is said.</summary>
public sealed class LikeCasesTests
{
    static string Rows(string head, Func<int, FormattableString> row, int count = 30, string end = "") =>
        head + "\n" + string.Concat(Enumerable.Range(0, count).Select(i => row(i).ToString(CultureInfo.InvariantCulture) + "\n")) + end;

    static async Task<OpenedTable> OpenAsync(string text, TableReadOptions? options = null) =>
        OpenedTable.Of(await SomeTable.ReadAsync(text, options));

    static char Kind(int i) => "xy"[i % 2];

    [Fact]
    public async Task A_number_that_stands_for_a_missing_value_is_named_with_a_remedy()
    {
        var text = Rows("lead,age,kind", i => $"{(i % 10 == 3 ? "-999.0" : $"{i % 7}.5")},{(i % 8 == 5 ? 99 : 20 + i % 9)},{Kind(i)}");
        var opened = await OpenAsync(text);
        var said = opened.Problems.Where(p => p.Code == "may-be-missing").ToArray();
        Assert.Equal([("lead", 4), ("age", 6)], said.Select(p => (p.Column, p.Row!.Value)));
        Assert.Equal("--missing lead=-999.0", said[0].Remedies.Single().Option);
        var mended = await OpenAsync(text, TableReadOptions.Default.With(said[0].Remedies.Single()));
        Assert.Equal(3, mended.Table["lead"].Marks.Single().Count);
        Assert.DoesNotContain(mended.Problems, p => p is { Code: "may-be-missing", Column: "lead" });
    }

    [Theory]
    [InlineData(99, 90)] // scores up to 99
    [InlineData(-9, -8)] // temperatures down to -9
    public async Task A_number_near_the_others_is_not_suspected(int value, int near)
    {
        var opened = await OpenAsync(Rows("a,kind", i => $"{(i % 5 == 0 ? value : near - i)},{Kind(i)}"));
        Assert.DoesNotContain(opened.Problems, p => p.Code == "may-be-missing");
    }

    [Fact]
    public async Task Rows_whose_first_cell_is_an_error_of_a_spreadsheet_are_no_comments()
    {
        var opened = await OpenAsync(Rows("lead,n,kind", i => $"{(i % 6 == 2 ? "#N/A" : $"{i}.25")},{i % 4},{Kind(i)}"));
        Assert.Equal((30, 5), (opened.Table.RowCount, opened.Table["lead"].Marks.Single().Count));
    }

    [Fact]
    public async Task Statistics_below_the_table_are_left_out_together()
    {
        var opened = await OpenAsync(Rows("kind,mass,n", i => $"{Kind(i)},{i}.5,{i % 4}", end: "Mean,15,1.4\nStd,8.8,1.1\nMax,29.5,3\n"));
        Assert.Equal(30, opened.Table.RowCount);
        Assert.Equal([31, 32, 33], opened.Problems.Where(p => p.Code == "total-row").Select(p => p.Row!.Value));
    }

    [Fact]
    public async Task Totals_between_the_rows_are_named()
    {
        var text = Rows(
            "region,mass,kind",
            i => $"{(i % 10 == 9 ? $"{"NSE"[i / 10]} total" : $"{"NSE"[i / 10]}")},{(i % 10 == 9 ? 45 : 5)},{Kind(i)}"
        );
        var said = Assert.Single((await OpenAsync(text)).Problems, p => p.Code == "subtotal-rows");
        Assert.Equal((10, "region"), (said.Row, said.Column));
        Assert.StartsWith("3 rows sum up", said.What, StringComparison.Ordinal);
        var other = Rows("text,mass,kind", i => $"{(i % 9 == 4 ? "total loss" : "dent")},{i},{Kind(i)}");
        Assert.DoesNotContain((await OpenAsync(other)).Problems, p => p.Code == "subtotal-rows");
    }

    [Theory]
    [InlineData("{0}.-", 5, 6)]
    [InlineData("{0}.--", 5, 6)]
    [InlineData("{0}.00 ± 0.2", 5, 6)]
    [InlineData("{0} +/- 0.2 mg", 5, 6)]
    [InlineData("-{0}.5-", double.NaN, double.NaN)]
    public async Task Amounts_without_cents_and_with_uncertainty_are_numbers(string form, double first, double second)
    {
        var opened = await OpenAsync(Rows("a,kind", i => $"{string.Format(CultureInfo.InvariantCulture, form, 5 + i)},{Kind(i)}"));
        Assert.Equal([first, second], opened.Table["a"].Numbers.Take(2));
        if (form.Contains("mg", StringComparison.Ordinal))
            Assert.Equal("mg", opened.Schema.Columns[0].Unit);
    }

    [Fact]
    public async Task Points_before_three_digits_between_semicolons_may_group_digits()
    {
        var text = Rows("pop;kind", i => $"{3 + i}.{100 + 17 * i};{Kind(i)}");
        var said = Assert.Single((await OpenAsync(text)).Problems, p => p.Code == "decimal-or-grouped");
        Assert.Equal("--decimal-mark ,", said.Remedies.Single().Option);
        Assert.Equal(3100, (await OpenAsync(text, TableReadOptions.Default.With(said.Remedies.Single()))).Table["pop"].Numbers[0]);
        // Other numbers of decimals leave no doubt.
        Assert.DoesNotContain((await OpenAsync(text + "3.5;x\n")).Problems, p => p.Code == "decimal-or-grouped");
    }

    [Theory]
    [InlineData("mass len kind\n==== === ====\n", "{0}.5 {1} {2}\n", "")]
    [InlineData("+----+---+----+\n| mass | len | kind |\n+----+---+----+\n", "| {0}.5 | {1} | {2} |\n", "+----+---+----+\n")]
    [InlineData("| mass | len | kind |\n|:---|---:|:---:|\n", "| {0}.5 | {1} | {2} |\n", "")]
    [InlineData("#fields\tmass\tlen\tkind\n", "{0}.5\t{1}\t{2}\n", "")]
    [InlineData("mass,len,kind\nweight of it,length of it,sort of it\nQID1,QID2,QID3\n", "{0}.5,{1},{2}\n", "")]
    [InlineData("mass,len,kind\n", "{0}.5,{1},{2}\n", "MASS,Len,Kind\n")]
    public async Task Lines_that_are_no_data_do_not_move_names(string head, string row, string end)
    {
        var text =
            head
            + string.Concat(Enumerable.Range(0, 30).Select(i => string.Format(CultureInfo.InvariantCulture, row, i, i % 5, Kind(i))))
            + end;
        var table = (await OpenAsync(text)).Table;
        Assert.Equal(["mass", "len", "kind"], table.Columns.Select(c => c.Name));
        Assert.Equal(
            (30, 30, 30),
            (table.RowCount, table["mass"].Numbers.Count(double.IsFinite), table["kind"].Cells.Count(c => c.Length == 1))
        );
    }

    [Theory]
    [InlineData("Iris-setosa", "iris setosa", true)]
    [InlineData("low_risk", "low-risk", true)]
    [InlineData("01", "1", true)]
    [InlineData("A", "A-", false)]
    [InlineData("1-2", "12", false)]
    public async Task Labels_that_differ_in_hyphens_or_leading_zeros_are_offered_to_be_merged(string one, string other, bool alike)
    {
        var opened = await OpenAsync(Rows("x,label", i => $"{i}.5,{(i % 3 == 0 ? one : i % 3 == 1 ? other : "zz")}"));
        Assert.Equal(alike, opened.Problems.Any(p => p.Code == "labels-alike"));
    }

    [Theory]
    [InlineData("2024年{0}月5日", "2024-01-05", "2024-02-05")]
    [InlineData("2024년 {0}월 5일", "2024-01-05", "2024-02-05")]
    [InlineData("20240{0}051030", "2024-01-05 10:30:00", "2024-02-05 10:30:00")]
    [InlineData("20240{0}05103059", "2024-01-05 10:30:59", "2024-02-05 10:30:59")]
    public async Task Other_notations_of_dates_are_dates(string form, string first, string second)
    {
        var opened = await OpenAsync(Rows("day,kind", i => $"{string.Format(CultureInfo.InvariantCulture, form, 1 + i % 9)},{Kind(i)}"));
        Assert.Equal(ColumnKind.Date, opened.Schema.Columns[0].Kind);
        Assert.Equal([first, second], opened.Table["day"].Cells.Take(2));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("week ")]
    [InlineData("Q")]
    public async Task Words_with_a_number_are_no_numbers_with_a_unit(string word)
    {
        var opened = await OpenAsync(Rows("when,kind", i => $"{word}{1 + i % 4},{Kind(i)}"));
        Assert.DoesNotContain(opened.Problems, p => p.Code == "numbers-with-unit");
    }

    [Fact]
    public async Task A_sentence_of_the_same_words_as_the_header_stays_data()
    {
        var opened = await OpenAsync("name,kind\nName,kinds\n" + Rows("b,a", i => $"n{i % 3},{Kind(i)}"));
        Assert.Equal(32, opened.Table.RowCount);
    }

    [Theory]
    [InlineData("5'11\"", "71")]
    [InlineData("5' 11\"", "71")]
    [InlineData("5′ 9.5″", "69.5")]
    [InlineData("6'", "72")]
    [InlineData("5 ft 11 in", "71")]
    public async Task Feet_and_inches_are_inches(string cell, string inches)
    {
        var quoted = $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var opened = await OpenAsync(Rows("height,kind", i => $"{(i == 0 ? quoted : $"5'{i % 11}")},{Kind(i)}"));
        var height = opened.Table["height"];
        Assert.Equal((inches, "in"), (height.Cells[0], height.Unit));
        Assert.Contains(
            opened.Problems,
            p => p.Column == "height" && p.What.StartsWith("feet and inches were read as inches", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Exponents_of_Fortran_without_a_letter_are_numbers()
    {
        var opened = await OpenAsync(Rows("flux,kind", i => $"{(i % 2 == 0 ? $"{i}.5+003" : $"-0.{i + 10}-101")},{Kind(i)}"));
        var flux = opened.Table["flux"];
        Assert.Equal((500, -0.11e-101), (flux.Numbers[0], flux.Numbers[1]));
        Assert.Contains(opened.Problems, p => p is { Column: "flux", Code: "number-notation" });
    }
}
