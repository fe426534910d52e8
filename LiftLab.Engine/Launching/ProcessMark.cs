using System.Diagnostics;
using System.Globalization;

namespace LiftLab.Engine.Launching;

/// <summary>Tells one process from a later one with the same id, and a dead process that nobody has waited for from a living one.</summary>
static class ProcessMark
{
    /// <summary>The process's start mark; null where it does not live.</summary>
    public static string? Of(int processId)
    {
        if (!OperatingSystem.IsLinux())
            return Portable(processId);
        try
        {
            // proc(5): "pid (name) state ppid ...", start time in clock ticks since boot is field 22; the name may hold anything, so count
            // from the last ')'.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] is "Z" or "X")
                return null;
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() + ":" + fields[19];
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The process's command line, arguments apart; empty where it cannot be read.</summary>
    public static IReadOnlyList<string> CommandLine(int processId)
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText($"/proc/{processId}/cmdline").Split('\0') : [];
        }
        catch (IOException)
        {
            return [];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    static string? Portable(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
