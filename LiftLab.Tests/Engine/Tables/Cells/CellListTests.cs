using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Tests.Engine.Tables.Cells;

/// <summary>A list of cells gives back what was added, whatever it shares and however it is packed.</summary>
public sealed class CellListTests
{
    static IEnumerable<string> Made(string kind, int count)
    {
        var random = new Random(7);
        for (var i = 0; i < count; i++)
            yield return kind switch
            {
                "few" => "abcdef"[random.Next(6)].ToString(),
                "many" => $"{random.Next(100_000)}.5",
                "all" => $"row {i}",
                "empty" => random.Next(3) == 0 ? "" : $"{random.Next(900)}",
                "late" => i < 70_000 ? "same" : $"then {i}",
                "wide" => $"{(char)('а' + random.Next(30))}{i} \ud83d",
                "mixed" => i % 70_000 == 5 ? "日本" : $"é{i}",
                _ => "",
            };
    }

    [Theory]
    [InlineData("few")]
    [InlineData("many")]
    [InlineData("all")]
    [InlineData("empty")]
    [InlineData("late")]
    [InlineData("wide")]
    [InlineData("mixed")]
    [InlineData("nothing")]
    public void Every_cell_comes_back(string kind)
    {
        const int count = 80_000;
        string[] cells = [.. Made(kind, count)];
        foreach (var packFrom in (int[])[0, 5_000, 66_000, count, int.MaxValue])
        {
            var list = new CellList();
            for (var i = 0; i < count; i++)
            {
                if (i == packFrom)
                    list.Pack();
                list.Add(cells[i]);
                if (i % 20_011 == 0)
                    Assert.Equal((cells[i], cells[i / 2]), (list[i], list[i / 2]));
            }
            if (packFrom == count)
                list.Pack();
            list.Complete();
            Assert.Equal(packFrom <= count, list.IsPacked);
            Assert.Equal(count, list.Count);
            Assert.True(cells.AsSpan().SequenceEqual([.. list]), $"{kind}, packed from {packFrom}");
            char[] room = [];
            for (var i = 0; i < count; i += 997)
                Assert.True(cells[i].Length == list.LengthOf(i) && list.Characters(i, ref room).SequenceEqual(cells[i]));
        }
    }

    [Fact]
    public void Packed_cells_take_little_memory()
    {
        var (few, all) = (new CellList(), new CellList());
        few.Pack();
        all.Pack();
        foreach (var cell in Made("few", 200_000))
            few.Add(cell);
        foreach (var cell in Made("many", 200_000))
            all.Add(cell);
        few.Complete();
        all.Complete();
        Assert.InRange(few.Bytes, 200_000, 210_000); // a byte each
        Assert.InRange(all.Bytes, 200_000 * 8, 200_000 * 12); // six or seven characters and four bytes
    }

    [Fact]
    public void Codes_are_given_while_texts_are_shared()
    {
        var list = new CellList();
        Assert.Equal((1, true), (list.Add("a", out var first), first));
        Assert.Equal((1, false), (list.Add("a", out first), first));
        Assert.Equal((0, false), (list.Add("", out first), first));
        for (var i = 0; i < 10_000; i++)
            list.Add($"{i}");
        Assert.Equal(-1, list.Add("a", out _)); // nearly all differed: sharing has ended
        Assert.True(list.AnyText(t => t.SequenceEqual("9999")));
        Assert.False(list.AnyText(t => t.SequenceEqual("b")));
    }

    [Fact]
    public void Numbers_are_kept_in_order()
    {
        foreach (var count in (int[])[0, 1, 63, 64, 65, 8191, 8192, 8193, 20_000])
        {
            var list = new NumberList();
            for (var i = 0; i < count; i++)
                list.Add(i / 2.0);
            if (count > 3)
                list[3] = -1;
            var kept = list.Complete();
            Assert.Equal(count, kept.Count);
            Assert.Equal(Enumerable.Range(0, count).Select(i => i == 3 && count > 3 ? -1 : i / 2.0), kept);
        }
    }
}
