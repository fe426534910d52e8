using System.Text;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs.Asking;

/// <summary>A long file that is read in parts gets the answers, the cells and the problems that it gets as a whole.</summary>
public sealed class AskedRowsTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    const int Part = 2_000;

    static string Learned =>
        "size,colour,kind\n"
        + string.Concat(Enumerable.Range(0, 80).Select(i => $"{i % 13}.5,{(i % 3 == 0 ? "red" : "blue")},{(i % 13 < 6 ? "x" : "y")}\n"));

    /// <summary>A row in each of several ways to write it.</summary>
    static string Row(string form, int i) =>
        form switch
        {
            "quoted" => $"\"{i % 13}.5\",\"red\",\"note, {i} \"\"so\"\"\"\r\n",
            "lines" => $"{i % 13}.5,blue,\"first {i}\nsecond\n\nfourth\"\n",
            "umlauts" => $"{i % 13}.5,blue,Größe {i} ✓ 漢字\n",
            "blank" => i % 4 == 0 ? $",red,{i}\n" : $"{i % 13}.5,,{i}\n",
            "formulas" => $"{i % 13}.5,blue,{(i % 50 == 7 ? "=SUM(A1)" : $"n{i}")}\n",
            "unseen" => $"{(i % 90 == 3 ? "99" : $"{i % 13}.5")},{(i % 70 == 5 ? "green" : "red")},{(i % 2 == 0 ? "NA" : "ok")}\n",
            "semicolons" => $"{i % 13}.5;red;a,b {i}\n",
            _ => $"{i % 13}.5,{(i % 3 == 0 ? "red" : "blue")},{i}\n",
        };

    static string File(string form, int rows, string end = "") =>
        (
            form == "semicolons" ? "size;colour;note\n"
            : form == "quoted" ? "\"size\",colour,note\r\n"
            : "size,colour,note\n"
        )
        + string.Concat(Enumerable.Range(0, rows).Select(i => Row(form, i)))
        + end;

    sealed record Done(string Csv, IReadOnlyList<Problem> Problems, bool IsWhole, int Rows);

    static async Task<Done> AskAsync(RunFolder run, string file, int partBytes)
    {
        using var models = await RunModels.OpenAsync(run, TestWorker.Find);
        using var output = new StringWriter();
        var whole = true;
        CsvAnswers? csv = null;
        var answered = await new TableWork(models, _ => { }, TimeProvider.System) { PartBytes = partBytes }.RunAsync(
            new(file, new(), [models.Find(null)]),
            (asked, table) =>
            {
                whole = asked.IsWhole;
                return [csv = new CsvAnswers(table, output, closes: false)];
            },
            _ => { },
            default
        );
        return new(output.ToString(), [.. csv!.Apostrophes, .. answered.Problems], whole, answered.Rows);
    }

    async Task<(Done Whole, Done Parts)> BothAsync(byte[] content)
    {
        var run = await AskedRun.LearnedAsync(runs, Learned, "knn", "kind");
        var file = Path.Combine(runs.Root, "long.csv");
        await System.IO.File.WriteAllBytesAsync(file, content);
        var (whole, parts) = (await AskAsync(run, file, 1 << 28), await AskAsync(run, file, Part));
        Assert.Equal(whole.Csv, parts.Csv);
        Assert.Equal(whole.Rows, parts.Rows);
        Assert.Equal(Places(whole), Places(parts));
        return (whole, parts);

        static IEnumerable<string> Places(Done done) => done.Problems.Select(p => $"{p.Code} {p.Column} {p.Row}").Order();
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("quoted")]
    [InlineData("lines")]
    [InlineData("umlauts")]
    [InlineData("blank")]
    [InlineData("formulas")]
    [InlineData("unseen")]
    [InlineData("semicolons")]
    public async Task Parts_are_answered_as_the_whole(string form)
    {
        var (_, parts) = await BothAsync(Encoding.UTF8.GetBytes(File(form, 1_500)));
        Assert.False(parts.IsWhole);
        Assert.Equal(1_500, parts.Rows);
    }

    [Fact]
    public async Task Cells_of_all_parts_are_counted()
    {
        var (whole, parts) = await BothAsync(Encoding.UTF8.GetBytes(File("unseen", 1_500)));
        Assert.Contains("each of 22 cells", whole.Problems.Single(p => p.Code == "unseen-categories").What, StringComparison.Ordinal);
        var merged = parts.Problems.Single(p => p.Code == "unseen-categories");
        Assert.EndsWith("; 22 cells in the whole file", merged.What, StringComparison.Ordinal);
        Assert.Equal(6, merged.Row);
        Assert.EndsWith(
            "; 17 cells in the whole file",
            parts.Problems.Single(p => p.Code == "out-of-range").What,
            StringComparison.Ordinal
        );
    }

    /// <summary>Files whose records cannot be told apart by bytes, or that the reader looks at as a whole.</summary>
    [Theory]
    [InlineData("a stray quote", "7.5,red,5\" pipe\n", "")]
    [InlineData("an open quote", "", "7.5,red,\"open\n")]
    [InlineData("another line end", "7.5,red,a\r7.5,red,b\r", "")]
    [InlineData("another encoding", "", "LATIN")]
    [InlineData("a title", "TITLE", "")]
    [InlineData("a note at the end", "", "\nSource: the office\n")]
    public async Task Odd_files_are_answered_as_ever(string what, string begin, string end)
    {
        var text = File("plain", 900, end == "LATIN" ? "" : end);
        var header = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        text = begin == "TITLE" ? "A table of things\n\n" + text : text.Insert(header, begin);
        byte[] content = [.. Encoding.UTF8.GetBytes(text), .. end == "LATIN" ? Encoding.Latin1.GetBytes("7.5,red,Größe\n") : []];
        var (_, parts) = await BothAsync(content);
        Assert.True(parts.Rows >= 900, what);
    }

    [Fact]
    public async Task A_part_that_cannot_be_used_refuses_the_file_before_the_first_answer()
    {
        var run = await AskedRun.LearnedAsync(runs, Learned, "knn", "kind");
        var file = Path.Combine(runs.Root, "long.csv");
        await System.IO.File.WriteAllTextAsync(file, "size,note\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"{i}.5,a\n")));
        var refused = await Assert.ThrowsAsync<BadDataException>(() => AskAsync(run, file, Part));
        Assert.Equal("colour", refused.Problems.Single().Column);
    }

    [Fact]
    public async Task The_parts_of_a_byte_order_mark_and_of_an_unfinished_last_line_are_whole()
    {
        byte[] content = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(File("plain", 1_000) + "3.5,red,last")];
        var (whole, _) = await BothAsync(content);
        Assert.Equal(1_001, whole.Rows);
        Assert.Contains("3.5,red,last,", whole.Csv, StringComparison.Ordinal);
    }
}
