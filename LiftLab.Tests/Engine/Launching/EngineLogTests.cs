using System.Diagnostics;
using LiftLab.Engine.Launching;

namespace LiftLab.Tests.Engine.Launching;

/// <summary>Where no shell redirects a job's output, the engine writes the log itself.</summary>
public sealed class EngineLogTests
{
    [Fact]
    public async Task The_engine_appends_what_it_says_to_the_file_it_is_given()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-log-").FullName;
        var log = Path.Combine(folder, "worker.log");
        await File.WriteAllTextAsync(log, "an attempt before\n");
        var command = EngineProgram.Command(null);
        var info = new ProcessStartInfo(command[0], [.. command[1..], "run", Path.Combine(folder, "no-such-run")])
        {
            RedirectStandardError = true,
        };
        info.Environment[LocalLauncher.LogVariable] = log;
        EngineProgram.Prepare(info);
        using var engine = Process.Start(info)!;
        Assert.Equal("", await engine.StandardError.ReadToEndAsync());
        await engine.WaitForExitAsync();
        Assert.Equal(3, engine.ExitCode);
        var lines = await File.ReadAllLinesAsync(log);
        Assert.Equal("an attempt before", lines[0]);
        Assert.Contains("no-such-run", lines[1], StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
