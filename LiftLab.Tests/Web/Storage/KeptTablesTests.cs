using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.Storage;

public sealed class KeptTablesTests
{
    static readonly TableFormat Format = new("csv", "utf-8", ',', '.', true, null, [], []);

    readonly KeptTables kept = new(mostBytes: 10 * 58);

    static KeptTables.Stamp File(string path, long bytes = 1, string? sheet = null) => new(path, bytes, DateTime.UnixEpoch, sheet ?? "");

    static TableReading Table(int cells) => new(new("t", [new Column("a", [.. Enumerable.Repeat("1", cells)])]), [], Format);

    [Fact]
    public void The_one_not_asked_for_the_longest_makes_room()
    {
        kept.Keep(File("a"), Table(4));
        kept.Keep(File("b"), Table(4));
        Assert.NotNull(kept.Find(File("a")));
        kept.Keep(File("c"), Table(4));
        Assert.Equal(
            (true, false, true),
            (kept.Find(File("a")) is not null, kept.Find(File("b")) is not null, kept.Find(File("c")) is not null)
        );
    }

    [Fact]
    public void One_larger_than_all_the_room_is_not_kept()
    {
        kept.Keep(File("a"), Table(4));
        kept.Keep(File("b"), Table(11));
        Assert.Null(kept.Find(File("b")));
        Assert.NotNull(kept.Find(File("a"))); // nothing went for it
    }

    [Fact]
    public void A_changed_file_another_sheet_and_a_dropped_file_are_others()
    {
        var first = Table(2);
        kept.Keep(File("a"), first);
        Assert.Same(first, kept.Find(File("a")));
        Assert.Null(kept.Find(File("a", bytes: 2)));
        Assert.Null(kept.Find(File("a", sheet: "s")));
        kept.Keep(File("a", sheet: "s"), Table(2));
        Assert.Null(kept.Find(File("a"))); // one of each file
        kept.Drop("a");
        Assert.Null(kept.Find(File("a", sheet: "s")));
    }
}
