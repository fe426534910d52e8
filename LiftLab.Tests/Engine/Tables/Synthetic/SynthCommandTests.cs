using LiftLab.Engine.Commands;

namespace LiftLab.Tests.Engine.Tables.Synthetic;

public sealed class SynthCommandTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Grid_prompts_are_the_published_ones_to_the_byte(int dimensions)
    {
        var (exit, output, _) = await CommandLine.RunAsync("synth", "linear", "--dims", $"{dimensions}", "--part", "grid-prompts");
        Assert.Equal(ExitCode.Done, exit);
        Assert.Equal(await File.ReadAllTextAsync(GoldenFile.At("synthetic", $"linear_p{dimensions}_grid_prompts.txt")), output);
    }

    [Fact]
    public async Task Integer_grid_prompts_are_cut_toward_zero()
    {
        var (_, output, _) = await CommandLine.RunAsync("synth", "linear", "--integer", "--grid", "-1,2,4", "--part", "grid-prompts");
        var (_, between, _) = await CommandLine.RunAsync("synth", "linear", "--integer", "--grid", "-1.9,1.9,2", "--part", "grid-prompts");
        Assert.Equal(
            ["x1=-1,", "x1=0,", "x1=1,", "x1=2,"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[3])
        );
        Assert.Equal(["x1=-1,", "x1=1,"], between.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[3]));
    }

    [Theory]
    [InlineData("train", 200)]
    [InlineData("valid", 50)]
    [InlineData("test", 100)]
    [InlineData("all", 350)]
    [InlineData("grid", 200)]
    public async Task Parts_have_a_header_and_their_rows(string part, int rows)
    {
        var (exit, output, _) = await CommandLine.RunAsync("synth", "piecewise", "--part", part);
        var lines = output.Split('\n');
        Assert.Equal(ExitCode.Done, exit);
        Assert.Equal(part == "grid" ? "x1" : "x1,y", lines[0]);
        Assert.Equal((rows + 2, ""), (lines.Length, lines[^1]));
    }

    [Theory]
    [InlineData("synth", "cubic", "--part", "test")]
    [InlineData("synth", "linear", "--part", "tst")]
    [InlineData("synth", "linear", "--part", "grid", "--grid", "1,2")]
    [InlineData("synth", "moons", "--part", "test", "--donut")]
    public async Task Wrong_words_are_wrong_usage_with_the_right_ones(params string[] arguments)
    {
        var (exit, output, error) = await CommandLine.RunAsync(arguments);
        Assert.Equal(ExitCode.WrongUsage, exit);
        Assert.Equal("", output);
        Assert.NotEqual("", error);
    }
}
