using System.Diagnostics;
using System.Globalization;

namespace LiftLab.Engine.Launching;

/// <summary>A process on this machine. The operating system reuses process ids, but not the pair of id and start mark.</summary>
/// <param name="StartMark">Start time in the operating system's own unit, with the boot id on Linux.</param>
readonly record struct LocalProcess(int Id, string StartMark)
{
    const char Separator = '@';

    /// <summary>"1234@mark", as the database stores it.</summary>
    public string Handle => FormattableString.Invariant($"{Id}{Separator}{StartMark}");

    public bool Lives => Living(Id) == this;

    /// <summary>Null if the text is not a handle.</summary>
    public static LocalProcess? Parse(string handle) =>
        handle.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var at
        && int.TryParse(handle.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new(id, handle[(at + 1)..])
            : null;

    /// <summary>The running process with this id; null if there is none. Zombie processes do not count as running.</summary>
    public static LocalProcess? Living(int id)
    {
        if (!OperatingSystem.IsLinux())
            return Portable(id);
        // proc(5): "pid (name) state ppid ...", start time in clock ticks since boot is field 22; the name may contain any character, so
        // count from the last ')'.
        var stat = ReadProc(id, "stat");
        if (stat.Length == 0)
            return null;
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : new(id, $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}:{fields[19]}");
    }

    /// <summary>
    /// Running processes of this user whose environment has this variable with this value, the oldest first. Child processes inherit the
    /// variable, so the first is the process for which it was set. Empty on systems without /proc.
    /// </summary>
    public static IReadOnlyList<LocalProcess> StartedWith(string variable, string value)
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var wanted = $"{variable}={value}";
        return
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0 && ReadProc(id, "environ").Split('\0').Contains(wanted))
                .Select(Living)
                .OfType<LocalProcess>()
                .OrderBy(p => long.Parse(p.StartMark[(p.StartMark.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture))
                .ThenBy(p => p.Id),
        ];
    }

    /// <summary>The command line as separate arguments; empty if it cannot be read.</summary>
    public IReadOnlyList<string> CommandLine() => OperatingSystem.IsLinux() ? ReadProc(Id, "cmdline").Split('\0') : [];

    /// <summary>Kills the process and its children. Does nothing if it is not running.</summary>
    public void Kill()
    {
        if (!Lives)
            return;
        try
        {
            using var process = Process.GetProcessById(Id);
            process.Kill(entireProcessTree: true);
        }
        catch (ArgumentException) { } // it has already ended
        catch (InvalidOperationException) { }
    }

    /// <summary>Empty if the process is gone or belongs to another user.</summary>
    static string ReadProc(int id, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{name}");
        }
        catch (IOException)
        {
            return "";
        }
        catch (UnauthorizedAccessException)
        {
            return "";
        }
    }

    static LocalProcess? Portable(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : new(id, process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture));
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
