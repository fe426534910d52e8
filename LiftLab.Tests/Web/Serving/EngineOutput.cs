using System.Diagnostics;
using LiftLab.Engine.Launching;

namespace LiftLab.Tests.Web.Serving;

/// <summary>What a command of the engine prints, in a process of its own.</summary>
static class EngineOutput
{
    public static async Task<string> OfAsync(params string[] arguments)
    {
        string[] command = [.. EngineProgram.Command(null), .. arguments];
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        EngineProgram.Prepare(info);
        using var process = Process.Start(info)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
