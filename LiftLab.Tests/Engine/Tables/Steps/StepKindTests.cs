using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Tests.Engine.Tables.Steps;

/// <summary>Each kind of step: the cells that it makes, and its counts.</summary>
public sealed class StepKindTests
{
    static readonly Table People = SomeTable.Of(
        ("name", ["Ann", "Bob", "Ann", "Cid", "Dee"]),
        ("age", ["30", "", "30", "41", "-999"]),
        ("town", ["Rome", "rome ", "Rome", "Oslo", ""]),
        ("since", ["03/04/2024", "15/04/2024", "03/04/2024", "", "01/05/2023"]),
        ("paid", ["$1,200", "$30", "$1,200", "n.d.", "$5"])
    );

    static SteppedTable Done(params TableStep[] steps) => SteppedTable.Of(People, steps);

    static void Makes(TableStep step, string column, StepCounts counts, params string[] cells)
    {
        var done = Done(step);
        Assert.Equal(StepState.Done, Assert.Single(done.Outcomes).State);
        Assert.Equal(counts, done.Outcomes[0].Counts);
        Assert.Equal(cells, done.Table[column].Cells);
    }

    static void Says(string part, string text) => Assert.Contains(part, text, StringComparison.Ordinal);

    static Problem Fails(TableStep step, Table? table = null)
    {
        var done = SteppedTable.Of(table ?? People, [step]);
        Assert.Equal(StepState.Failed, done.Outcomes[0].State);
        Assert.Same(table ?? People, done.Table);
        return done.Outcomes[0].Failure!;
    }

    [Fact]
    public void Rows_with_a_missing_value_are_left_out()
    {
        Makes(new DropMissingRows(["age"]), "name", new StepCounts(Rows: 1), "Ann", "Ann", "Cid", "Dee");
        Makes(new DropMissingRows(), "name", new StepCounts(Rows: 3), "Ann", "Ann");
        Assert.Equal([0, 2], Done(new DropMissingRows()).Rows!);
    }

    [Fact]
    public void Repeated_rows_are_left_out_and_the_first_stays()
    {
        Makes(new DropDuplicateRows(), "name", new StepCounts(Rows: 1), "Ann", "Bob", "Cid", "Dee");
        Assert.Equal([0, 1, 3, 4], Done(new DropDuplicateRows(["town", "since"])).Rows!);
    }

    [Theory]
    [InlineData(FillWith.Mean, "-224.5")]
    [InlineData(FillWith.Median, "30")]
    [InlineData(FillWith.MostFrequent, "30")]
    public void Missing_numbers_are_filled_and_the_value_is_said(FillWith with, string value)
    {
        var done = Done(new FillMissing("age", with));
        Assert.Equal(["30", value, "30", "41", "-999"], done.Table["age"].Cells);
        Assert.Equal(new StepCounts(Cells: 1, Filled: 1), done.Outcomes[0].Counts);
        Says($"'{value}'", Assert.Single(done.Outcomes[0].Notes));
        Says("test rows", done.Outcomes[0].Notes[0]);
        Assert.Equal(new FillMissing("age", FillWith.Value, value), Assert.Single(done.Settled));
    }

    [Fact]
    public void A_mean_has_one_decimal_more_than_the_cells()
    {
        var table = SomeTable.Of(("x", ["1", "2", "2", ""]), ("y", ["0.25", "0.5", "0.1", ""]));
        Assert.Equal("1.7", SteppedTable.Of(table, [new FillMissing("x", FillWith.Mean)]).Table["x"].Cells[3]);
        Assert.Equal("0.283", SteppedTable.Of(table, [new FillMissing("y", FillWith.Mean)]).Table["y"].Cells[3]);
    }

    [Fact]
    public void What_cannot_be_filled_says_why()
    {
        Says("no numbers", Fails(new FillMissing("town", FillWith.Mean)).What);
        Says("no number", Fails(new FillMissing("age", FillWith.Value, "old")).What);
        Says("empty", Fails(new FillMissing("age", FillWith.Value, "  ")).What);
        var empty = SomeTable.Of(("a", ["", ""]), ("b", ["1", "2"]));
        Says("missing", Fails(new FillMissing("a", FillWith.MostFrequent), empty).What);
        Says("codes", Fails(new FillMissing("a", FillWith.Mean), SomeTable.Of(("a", ["007", "008", ""]))).What);
        Assert.Equal(["x", "x"], SteppedTable.Of(empty, [new FillMissing("a", FillWith.Value, "x")]).Table["a"].Cells);
    }

    [Fact]
    public void Texts_and_numbers_are_read_as_missing()
    {
        Makes(new MarkMissing("age", ["-999.0"]), "age", new StepCounts(Cells: 1, Emptied: 1), "30", "", "30", "41", "");
        Says("no text", Fails(new MarkMissing("age", [])).What);
    }

    [Fact]
    public void Blanks_are_trimmed()
    {
        var table = SomeTable.Of(("a", ["x ", " x\u00a0 y", "\u200bx", "x", "\u200b"]));
        var done = SteppedTable.Of(table, [new TrimBlanks()]);
        Assert.Equal(["x", "x y", "x", "x", ""], done.Table["a"].Cells);
        Assert.Equal(new StepCounts(Cells: 4, Emptied: 1), done.Outcomes[0].Counts);
    }

    [Fact]
    public void Labels_are_merged()
    {
        var done = Done(new MergeAlike("town"));
        Assert.Equal(["Rome", "Rome", "Rome", "Oslo", ""], done.Table["town"].Cells);
        Assert.Equal(1, done.Outcomes[0].Counts.Cells);
        Says("'rome ' becomes 'Rome'", done.Outcomes[0].Notes[0]);
        Assert.Equal(
            ["Lazio", "rome ", "Lazio", "Oslo", ""],
            Done(new MergeLabels("town", new Dictionary<string, string> { ["Rome"] = "Lazio" })).Table["town"].Cells
        );
        Says("empty", Fails(new MergeLabels("town", new Dictionary<string, string> { ["Rome"] = " " })).What);
        Assert.Equal(["Rome", "rare", "Rome", "rare", ""], Done(new MergeRare("town", 2, "rare")).Table["town"].Cells);
        Says("nothing is merged", Done(new MergeRare("town", 1)).Outcomes[0].Notes[0]);
        Assert.Equal("nothing changes", Done(new MergeAlike("name")).Outcomes[0].Counts.Words);
    }

    [Fact]
    public void A_column_of_numbers_that_gets_words_is_no_longer_one()
    {
        var numbers = SteppedTable.Of(
            People,
            [new ReadNumbers("age"), new MergeLabels("age", new Dictionary<string, string> { ["-999"] = "unknown" })]
        );
        Assert.Null(numbers.Table["age"].Told);
    }

    [Fact]
    public void Texts_are_read_as_numbers_with_their_unit()
    {
        var done = Done(new ReadNumbers("paid"));
        Assert.Equal(["1200", "30", "1200", "", "5"], done.Table["paid"].Cells);
        Assert.Equal(("$", ColumnKind.Integer), (done.Table["paid"].Unit, done.Table["paid"].Told!.Value));
        Assert.Equal(5, done.Outcomes[0].Counts.Cells);
        Assert.Contains(done.Outcomes[0].Notes, n => n.Contains("'n.d.'", StringComparison.Ordinal));
        Says("no cell", Fails(new ReadNumbers("name")).What);
        var comma = SomeTable.Of(("a", ["1,5", "2,25"]));
        Assert.Equal(["1.5", "2.25"], SteppedTable.Of(comma, [new ReadNumbers("a", ",")]).Table["a"].Cells);
        Says("decimal mark", Fails(new ReadNumbers("age", ";")).What);
    }

    [Fact]
    public void Texts_are_read_as_dates_and_parts_are_added()
    {
        var done = Done(new ReadDates("since", [DatePart.Year, DatePart.Month]));
        Assert.Equal(["2024-04-03", "2024-04-15", "2024-04-03", "", "2023-05-01"], done.Table["since"].Cells);
        Assert.Equal(["2024", "2024", "2024", "", "2023"], done.Table["since year"].Cells);
        Assert.Equal(["name", "age", "town", "since", "since year", "since month", "paid"], done.Table.Columns.Select(c => c.Name));
        Assert.Equal((4, 2, 1), (done.Outcomes[0].Counts.Cells, done.Outcomes[0].Counts.ColumnsAdded, done.Outcomes[0].Counts.Read));
        Assert.Equal(DateOrder.DayFirst, ((ReadDates)done.Settled[0]).Order);
        Says("no cell", Fails(new ReadDates("name")).What);
        Assert.Equal("2024-03-04", Done(new ReadDates("since", null, DateOrder.MonthFirst)).Table["since"].Cells[0]);
    }

    [Fact]
    public void Numbers_are_clipped()
    {
        Makes(new ClipNumbers("age", 0, 40), "age", new StepCounts(Cells: 2), "30", "", "30", "40", "0");
        Says("range", Fails(new ClipNumbers("age", 5, 1)).What);
        Says("range", Fails(new ClipNumbers("age")).What);
        Says("no numbers", Fails(new ClipNumbers("town", 1)).What);
    }

    [Theory]
    [InlineData(RowCondition.Below, 0.0, 1)]
    [InlineData(RowCondition.AtMost, 30.0, 3)]
    [InlineData(RowCondition.Above, 30.0, 1)]
    [InlineData(RowCondition.AtLeast, 30.0, 3)]
    public void Rows_are_left_out_by_a_number(RowCondition condition, double number, int gone)
    {
        var done = Done(new LeaveOutRows("age", condition, Number: number));
        Assert.Equal(new StepCounts(Rows: gone), done.Outcomes[0].Counts);
        Assert.Contains("Bob", done.Table["name"].Cells); // a missing cell fulfils no condition
    }

    [Fact]
    public void Rows_are_left_out_by_their_values()
    {
        Makes(new LeaveOutRows("age", RowCondition.Is, ["30.0"]), "name", new StepCounts(Rows: 2), "Bob", "Cid", "Dee");
        Makes(new LeaveOutRows("age", RowCondition.IsNot, ["30"]), "name", new StepCounts(Rows: 2), "Ann", "Bob", "Ann");
        Says("no value", Fails(new LeaveOutRows("age", RowCondition.Is)).What);
        Says("no row would be left", Fails(new LeaveOutRows("name", RowCondition.IsNot, ["Eve"])).What);
    }

    [Fact]
    public void Columns_are_removed_renamed_and_used()
    {
        var done = Done(new DropColumns(["town", "paid"]), new RenameColumn("age", "years"), new UseColumn("name", true));
        Assert.Equal(["name", "years", "since"], done.Table.Columns.Select(c => c.Name));
        Assert.Equal(
            [new StepCounts(ColumnsGone: 2), new StepCounts(Renamed: 1), new StepCounts(Read: 1)],
            done.Outcomes.Select(o => o.Counts)
        );
        Assert.Equal([("name", "name"), ("since", "since"), ("years", "age")], done.Origins.Select(o => (o.Key, o.Value)).Order());
        Assert.Equal(ColumnRole.Feature, LiftLab.Engine.Tables.Profile.SchemaGuess.Guess(done.Table).Columns[0].Role);
        Says("already", Fails(new RenameColumn("age", "town")).What);
        Says("left", Fails(new DropColumns(["name", "age", "town", "since", "paid"])).What);
        Says("no column 'size'", Fails(new DropColumns(["size"])).What);
    }

    [Fact]
    public void A_date_that_is_renamed_keeps_its_parts()
    {
        var done = Done(new ReadDates("since", [DatePart.Year]), new RenameColumn("since", "start"));
        Assert.Equal("start", done.Table["since year"].PartOf!);
    }

    [Fact]
    public void A_difference_shows_cells_rows_and_columns()
    {
        var diff = TableDiff.Of(People, new ReadDates("since", [DatePart.Year]).Apply(People));
        Assert.Equal([0, 1, 2, 4], diff.Rows);
        Assert.Equal(["name", "age", "town", "since", "since year", "paid"], diff.Columns.Select(c => c.Name));
        Assert.Equal(("03/04/2024", "2024-04-03"), diff.Cell(diff.Columns[3], 0));
        var gone = TableDiff.Of(People, new DropMissingRows(["age"]).Apply(People));
        Assert.Equal([1], gone.Rows);
        Assert.Equal((null, 1), (gone.Now(1), gone.Now(2)));
        Assert.Equal(((string?)"Bob", (string?)null), gone.Cell(gone.Columns[0], 1));
    }
}
