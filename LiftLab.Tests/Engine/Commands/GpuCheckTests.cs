using System.Diagnostics;
using LiftLab.Tests.House;

namespace LiftLab.Tests.Engine.Commands;

/// <summary>The scripts that check a graphics card, tried on the processor.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class GpuCheckTests
{
    [Fact]
    public async Task The_dry_run_goes_through_every_step()
    {
        var results = Directory.CreateTempSubdirectory("liftlab-gpu-");
        try
        {
            var script = Path.Combine(Sources.Root, "benchmarks", "gpu", "check.sh");
            var start = new ProcessStartInfo("bash", [script, "--dry-run"])
            {
                RedirectStandardOutput = true,
                Environment =
                {
                    ["ENGINE"] = $"dotnet {Path.Combine(AppContext.BaseDirectory, "LiftLab.Engine.dll")}",
                    ["OUT"] = results.FullName,
                },
            };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, File.ReadAllText(Path.Combine(results.FullName, "all.log")));
            var steps = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(7, steps.Count(s => s.Contains(" exit 0 ", StringComparison.Ordinal)));
            var device = await File.ReadAllLinesAsync(Path.Combine(results.FullName, "device.log"));
            Assert.Equal(16, device.Count(l => l.StartsWith("equal", StringComparison.Ordinal)));
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }
}
