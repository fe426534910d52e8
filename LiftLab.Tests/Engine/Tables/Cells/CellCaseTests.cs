using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Tables.Cells;

/// <summary>The inputs of Cases whose cells go wrong: what is read, and that it is said.</summary>
public sealed class CellCaseTests
{
    static Task<OpenedTable> OpenAsync(string file, TableReadOptions? options = null) => OpenedTable.OpenAsync(CaseFile.At(file), options);

    static Problem Said(OpenedTable opened, string code, string? column) =>
        Assert.Single(opened.Problems, p => p.Code == code && p.Column == column);

    [Fact]
    public async Task Grouped_digits_between_commas_are_one_number_and_the_other_reading_is_offered()
    {
        var opened = await OpenAsync("thousands.csv");
        Assert.Equal([407, 81140, 55644, 28793], opened.Table["salary"].Numbers.Take(4));
        var said = Said(opened, "grouped-digits", "salary");
        Assert.Equal(',', Assert.Single(said.Remedies).DecimalMark);
        var other = await OpenAsync("thousands.csv", TableReadOptions.Default.With(said.Remedies[0]));
        Assert.Equal([407, 81.140, 55.644], other.Table["salary"].Numbers.Take(3));
    }

    [Fact]
    public async Task A_word_that_comes_again_among_numbers_is_missing_and_counted()
    {
        var opened = await OpenAsync("not-detected.csv");
        Assert.Equal(ColumnKind.Number, opened.Schema.Columns[0].Kind);
        Assert.Equal([new("n.d.", 8, 4)], opened.Table["lead"].Marks);
        Assert.Equal(4, Said(opened, "marks-among-numbers", "lead").Row);
    }

    [Fact]
    public async Task A_number_column_with_notes_below_stays_one()
    {
        var opened = await OpenAsync("footnotes.csv");
        Assert.Equal(ColumnKind.Number, opened.Schema.Columns[0].Kind);
        Assert.Equal(30, opened.Table["mass"].Numbers.Count(x => !double.IsNaN(x)));
    }

    [Fact]
    public async Task Currencies_and_brackets_are_numbers_and_used()
    {
        var money = await OpenAsync("currency.csv");
        var price = money.Schema.Columns[0];
        Assert.Equal((ColumnKind.Integer, ColumnRole.Feature, "$"), (price.Kind, price.Role, price.Unit));
        Assert.Equal(810790, money.Table["price"].Numbers[0]);
        Said(money, "unit-in-cells", "price");
        var balance = await OpenAsync("accounting.csv");
        Assert.Equal([-648.96, 524.32], balance.Table["balance"].Numbers.Take(2));
        Said(balance, "negative-in-brackets", "balance");
    }

    [Fact]
    public async Task Namibia_is_a_word_when_a_person_says_so()
    {
        var opened = await OpenAsync("na-label.csv");
        var said = Said(opened, "target-missing", "country");
        Assert.Contains("'NA' (15)", said.What, StringComparison.Ordinal);
        var word = await OpenAsync("na-label.csv", TableReadOptions.Default.With(Assert.Single(said.Remedies)));
        Assert.Equal(0, word.Table["country"].Cells.Count(c => c.Length == 0));
        Assert.Equal(15, word.Table["country"].Cells.Count(c => c == "NA"));
        Assert.DoesNotContain(word.Problems, p => p.Code == "target-missing");
    }

    [Fact]
    public async Task One_and_one_point_zero_are_one_class_in_profile_split_and_task()
    {
        var opened = await OpenAsync("one-and-one-point-zero.csv");
        var profile = TableProfile.Of(opened.Table, opened.Schema);
        var task = new LearningTask(opened.Table, opened.Schema, SplitMaker.Make(opened.Table, opened.Schema, 0));
        Assert.Equal(["0", "1"], task.Labels);
        Assert.Equal(["0", "1"], profile.Classes!.Select(c => c.Value));
        Assert.Equal([30, 30], profile.Classes!.Select(c => c.Count));
    }

    [Fact]
    public async Task Labels_that_differ_in_a_final_stop_are_offered_for_merging()
    {
        var opened = await OpenAsync("full-stop-labels.csv");
        var said = Said(opened, "labels-alike", "income");
        Assert.Contains("a final stop", said.What, StringComparison.Ordinal);
        var merged = await OpenAsync("full-stop-labels.csv", TableReadOptions.Default.With(Assert.Single(said.Remedies)));
        Assert.Equal(["high", "low"], ClassLabels.InOrder(merged.Table["income"].Cells));
    }

    [Fact]
    public async Task Long_identifiers_are_compared_as_texts()
    {
        var opened = await OpenAsync("long-ids.csv");
        Assert.Equal((ColumnKind.Identifier, ColumnRole.Ignored), (opened.Schema.Columns[0].Kind, opened.Schema.Columns[0].Role));
        Assert.DoesNotContain(opened.Problems, p => p.Code == "constant-column");
        Assert.Equal(ColumnRole.Feature, Assert.Single(Said(opened, "left-out", "account_id").Remedies).Role);
        var book = new MemoryStream();
        await TableWriter.WriteXlsxAsync(opened.Table, book);
        Assert.Equal(
            opened.Table["account_id"].Cells,
            (await SomeTable.ReadAsync(book.ToArray(), name: "x.xlsx")).Table["account_id"].Cells
        );
    }

    [Fact]
    public async Task A_feature_that_says_the_target_under_other_names_is_said()
    {
        var opened = await OpenAsync("leak-renamed.csv");
        var said = Assert.Single(opened.Problems, p => p.Code == "says-the-target");
        Assert.Equal(("alive", ColumnRole.Ignored), (said.Column, Assert.Single(said.Remedies).Role));
    }

    [Fact]
    public async Task Sixty_classes_of_six_rows_get_larger_parts()
    {
        var opened = await OpenAsync("class60.csv");
        Assert.DoesNotContain(opened.Problems, p => p.Severity == Severity.Error);
        Assert.Contains("60 rows instead of 58", Said(opened, "split-enlarged", "species").What, StringComparison.Ordinal);
        var split = SplitMaker.Make(opened.Table, opened.Schema, 0);
        var species = opened.Table["species"].Cells;
        foreach (var part in (IReadOnlyList<int>[])[split.Train, split.Valid, split.Test])
            Assert.Equal(60, part.Select(r => species[r]).Distinct().Count());
    }

    [Theory]
    [InlineData("tiny-numbers.csv")]
    [InlineData("huge-numbers.csv")]
    public async Task Numbers_are_scaled_relative_to_themselves(string file)
    {
        var opened = await OpenAsync(file);
        var scale = LiftLab.Engine.Prompts.Cells.ColumnScale.Fit(opened.Table.Columns[0].Numbers, 2.5);
        Assert.True(opened.Table.Columns[0].Numbers.Select(scale.Level).Distinct().Count() > 20);
        var task = new LearningTask(opened.Table, opened.Schema, SplitMaker.Make(opened.Table, opened.Schema, 0));
        foreach (
            var encoding in (LiftLab.Engine.Baselines.Encoding.FeatureEncoding[])
                [LiftLab.Engine.Baselines.Encoding.FeatureEncoding.Standard, LiftLab.Engine.Baselines.Encoding.FeatureEncoding.Raw]
        )
        {
            var x = LiftLab.Engine.Baselines.Encoding.FeatureEncoder.Fit(task, encoding).Encode(opened.Table, task.Split.Train);
            Assert.All(x.Data, v => Assert.True(float.IsFinite((float)v)));
            Assert.True(x.Data.Select(v => (float)v).Distinct().Count() > 20);
        }
    }

    [Fact]
    public async Task Dates_of_a_workbook_are_dates_and_their_parts_are_offered()
    {
        var opened = await OpenAsync("three-sheets.xlsx", new() { Sheet = "Loans 2024" });
        var since = Assert.Single(opened.Schema.Columns, c => c.Name == "Customer since");
        Assert.Equal((ColumnKind.Date, ColumnRole.Ignored), (since.Kind, since.Role));
        var parts = Said(opened, "left-out", "Customer since").Remedies[0];
        var more = await OpenAsync("three-sheets.xlsx", new TableReadOptions { Sheet = "Loans 2024" }.With(parts));
        Assert.Equal(
            int.Parse(more.Table["Customer since"].Cells[0][..4], System.Globalization.CultureInfo.InvariantCulture),
            more.Table["Customer since year"].Numbers[0]
        );
        Assert.Contains(more.Schema.Features, f => f.Name == "Customer since year");
        Assert.DoesNotContain(more.Problems, p => p.Code == "left-out");
    }
}
