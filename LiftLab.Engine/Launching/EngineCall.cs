using System.ComponentModel;
using System.Diagnostics;

namespace LiftLab.Engine.Launching;

/// <summary>A short command of the engine whose end the caller waits for.</summary>
public static class EngineCall
{
    /// <param name="engine">The engine's executable or .dll; null for the one in this program's folder.</param>
    /// <returns>Exit code, standard output and standard error.</returns>
    /// <exception cref="LaunchFailedException">The process could not be started.</exception>
    /// <exception cref="OperationCanceledException">The process is ended too.</exception>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string? engine,
        IReadOnlyList<string> arguments,
        CancellationToken cancel
    )
    {
        string[] command = [.. EngineProgram.Command(engine), .. arguments];
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        EngineProgram.Prepare(info);
        Process process;
        try
        {
            process = Process.Start(info) ?? throw new LaunchFailedException($"{command[0]} could not be started");
        }
        catch (Win32Exception e)
        {
            throw new LaunchFailedException($"the process could not be started: {e.Message}", e);
        }
        using (process)
            try
            {
                var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
                await process.WaitForExitAsync(cancel);
                return (process.ExitCode, (await output).Trim(), (await error).Trim());
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
    }
}
