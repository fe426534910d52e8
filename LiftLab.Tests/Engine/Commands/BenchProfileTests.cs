using LiftLab.Engine.Commands;
using LiftLab.Tests.Engine.Tables;

namespace LiftLab.Tests.Engine.Commands;

public sealed class BenchProfileTests
{
    [Fact]
    public async Task A_small_table_is_measured()
    {
        var (exit, output, error) = await CommandLine.RunAsync("bench", "profile", "--rows", "300");
        Assert.Equal((ExitCode.Done, ""), (exit, error));
        Assert.Matches(@"\| LiftLab \| \d+\.\d \| \d+\.\d \| \d+\.\d \| \d+ \|", output);
    }
}
