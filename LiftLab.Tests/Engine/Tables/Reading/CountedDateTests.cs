using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>Dates that are written as a number of days or seconds.</summary>
public sealed class CountedDateTests
{
    static async Task<(Column Column, TableReading Reading)> ReadAsync(
        string name,
        Func<int, string> cell,
        TableReadOptions? options = null
    )
    {
        var text = $"{name},kind\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{cell(i)},{"xy"[i % 2]}\n"));
        var reading = await SomeTable.ReadAsync(text, options);
        return (reading.Table[name], reading);
    }

    static string Invariant(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("created_at", 1_709_296_200.0, 86_400, "2024-03-01 12:30:00")]
    [InlineData("timestamp", 1_709_296_200_000.0, 86_400_000, "2024-03-01 12:30:00")]
    [InlineData("unix", 1_709_296_200_000_000.0, 86_400_000_000, "2024-03-01 12:30:00")]
    [InlineData("ts", 881_250_949.0, 100, "1997-12-04 15:55:49")]
    [InlineData("Order Date", 45352.0, 1, "2024-03-01")]
    [InlineData("date", 45352.5, 1, "2024-03-01 12:00:00")]
    [InlineData("orderDate", 45352.0, 7, "2024-03-01")]
    public async Task A_column_that_is_named_so_is_read_as_dates_and_can_be_kept_as_numbers(
        string name,
        double first,
        double step,
        string date
    )
    {
        string Cell(int i) => Invariant(first + i * step);
        var (column, reading) = await ReadAsync(name, Cell);
        Assert.Equal((ColumnKind.Date, date), (column.Told!.Value, column.Cells[0]));
        var said = Assert.Single(reading.Problems);
        Assert.Equal(("dates", name), (said.Code, said.Column));
        Assert.Contains($"'{Cell(0)}' as {date}", said.What, StringComparison.Ordinal);
        var kept = await ReadAsync(name, Cell, TableReadOptions.Default.With(said.Remedies.Single()));
        Assert.Equal(Cell(0), kept.Column.Cells[0]);
        Assert.False(double.IsNaN(kept.Column.Numbers[0]));
    }

    [Theory]
    [InlineData("price", 45352.0, 1)]
    [InlineData("date", 1.0, 1)] // days of some year
    [InlineData("year", 1990.0, 1)]
    [InlineData("update", 45352.0, 1)]
    [InlineData("lifetime", 45352.0, 1)]
    [InlineData("candidates", 45352.0, 1)]
    [InlineData("population", 1_709_296_200.0, 86_400)]
    public async Task Other_numbers_stay_numbers(string name, double first, double step)
    {
        var (column, reading) = await ReadAsync(name, i => Invariant(first + i * step));
        Assert.Equal(first, column.Numbers[0]);
        Assert.Empty(reading.Problems);
    }

    [Fact]
    public async Task A_new_row_is_read_as_the_table_was()
    {
        var (_, reading) = await ReadAsync("created_at", i => Invariant(1_709_296_200.0 + i));
        var row = await SomeTable.ReadAsync("created_at,kind\n1709296260,x\n", reading.AsRead);
        Assert.Equal("2024-03-01 12:31:00", row.Table["created_at"].Cells[0]);
    }
}
