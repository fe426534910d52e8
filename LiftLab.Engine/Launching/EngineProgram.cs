using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LiftLab.Engine.Launching;

/// <summary>The engine's own executable as other processes start it.</summary>
public static class EngineProgram
{
    /// <summary>The command that starts it, to which a verb is added.</summary>
    /// <param name="engine">The executable or .dll; null for the one beside this program, started by the same runtime.</param>
    /// <exception cref="LaunchFailedException">There is none.</exception>
    public static string[] Command(string? engine)
    {
        if (engine is not null)
            return File.Exists(engine)
                ? Start(engine)
                : throw new LaunchFailedException($"there is no engine at '{engine}': correct the setting LiftLab:Engine");
        var dll = Path.Combine(AppContext.BaseDirectory, "LiftLab.Engine.dll");
        var executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "LiftLab.Engine.exe" : "LiftLab.Engine");
        if (File.Exists(executable))
            return [executable];
        return File.Exists(dll)
            ? Start(dll)
            : throw new LaunchFailedException(
                $"there is no LiftLab.Engine in '{AppContext.BaseDirectory}': build or publish the dashboard again"
            );
    }

    /// <summary>What its processes need of their surroundings.</summary>
    public static void Prepare(ProcessStartInfo info)
    {
        info.CreateNoWindow = true;
        // Two spinning threads a core are ten times slower than one; libgomp reads this when it is loaded.
        info.Environment.TryAdd("OMP_WAIT_POLICY", "PASSIVE");
        info.Environment.TryAdd("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")));
    }

    static string[] Start(string file) => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", file] : [file];
}
