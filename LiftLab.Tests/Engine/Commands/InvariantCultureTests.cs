using System.Diagnostics;
using LiftLab.Tests.House;

namespace LiftLab.Tests.Engine.Commands;

/// <summary>The engine as a process on a machine with another culture.</summary>
public sealed class InvariantCultureTests
{
    [Theory]
    [InlineData("profile", "4.3 to 7.9")]
    [InlineData("prompts --template names", "= 5.10,")]
    public async Task A_machine_with_decimal_commas_prints_the_same(string verb, string expected)
    {
        var (plain, german) = (await RunAsync(verb, "C"), await RunAsync(verb, "de_DE.UTF-8"));
        Assert.Contains(expected, plain, StringComparison.Ordinal);
        Assert.Equal(plain, german);
    }

    static async Task<string> RunAsync(string verb, string culture)
    {
        var engine = Path.Combine(AppContext.BaseDirectory, "LiftLab.Engine.dll");
        var start = new ProcessStartInfo("dotnet", [engine, .. verb.Split(' '), Path.Combine(Sources.Root, "data", "iris.csv")])
        {
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = culture },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
