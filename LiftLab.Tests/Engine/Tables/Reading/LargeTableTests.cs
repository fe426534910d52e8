using System.Text;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Tables.Reading;

/// <summary>
/// 100,000 rows of 20 columns. The test limits allocated bytes: seconds depend on the machine (<c>profile --json</c> reports them).
/// </summary>
public sealed class LargeTableTests
{
    const int Rows = 100_000,
        Columns = 20;

    [Fact]
    public void A_table_of_two_million_cells_is_read_and_profiled_whole()
    {
        var text = new StringBuilder(string.Join(',', Enumerable.Range(0, Columns - 1).Select(c => $"x{c}"))).Append(",class\n");
        for (var r = 0; r < Rows; r++)
        {
            for (var c = 0; c < Columns - 1; c++)
                text.Append(c % 4 == 3 ? "word" : "")
                    .Append(c % 4 == 3 ? (r + c) % 5 : (r * (7919 + 2L * c) % Rows - Rows / 2) / (c % 2 == 0 ? 100.0 : 1))
                    .Append(',');
            text.Append(r % 3).Append('\n');
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());

        var start = GC.GetAllocatedBytesForCurrentThread();
        var table = TableReader.Read(bytes, "large", new()).Table;
        var perCell = (GC.GetAllocatedBytesForCurrentThread() - start) / (double)(Rows * Columns);
        Assert.Equal((Rows, Columns), (table.RowCount, table.Columns.Count));
        // A reference, a number and the growth of their lists take about 45 bytes per cell; a text that no other cell shares about 40 more.
        // Code that the runtime has not optimised yet boxes characters: up to 80 more while other tests keep the compiler busy.
        Assert.InRange(perCell, 16, 200);

        var schema = SchemaGuess.Guess(table);
        var profile = TableProfile.Of(table, schema);
        Assert.Equal(("class", TaskKind.Classification), (profile.Target, profile.Task));
        Assert.Equal([33334, 33333, 33333], profile.Classes!.Select(c => c.Count));
        Assert.All(
            profile.Columns.Where(c => c.Kind is ColumnKind.Number or ColumnKind.Integer),
            c => Assert.Equal(Rows, c.Numbers!.Histogram.Counts.Sum())
        );
        Assert.DoesNotContain(TableCheck.Problems(table, schema), p => p.Severity == Severity.Error);
        Assert.Equal(Rows, SplitMaker.Make(table, schema, 0) is var split ? split.Train.Count + split.Valid.Count + split.Test.Count : 0);
    }
}
