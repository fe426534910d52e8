using System.Globalization;

namespace LiftLab.Engine.Models.Torch;

/// <summary>The memory of this machine that a process can still take without another one losing it.</summary>
static class MachineMemory
{
    const string Machine = "/proc/meminfo",
        Group = "/sys/fs/cgroup";

    /// <summary>
    /// Bytes that are free or can be freed (page cache), within the limit of the process's control group; where the system does not tell,
    /// the
    /// memory that was not in use at the last garbage collection.
    /// </summary>
    public static long Available() => Available(Machine, Group);

    /// <param name="machine">Path of a file in the format of /proc/meminfo.</param>
    /// <param name="group">Folder of a control group, version 2.</param>
    internal static long Available(string machine, string group)
    {
        var memory = GC.GetGCMemoryInfo();
        var free = Entry(machine, "MemAvailable:") is { } kibibytes
            ? kibibytes << 10
            : Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        if (Number(Path.Combine(group, "memory.max")) is not { } limit || Number(Path.Combine(group, "memory.current")) is not { } used)
            return free;
        var cache = Entry(Path.Combine(group, "memory.stat"), "inactive_file") ?? 0; // page cache that is freed when memory is needed
        return Math.Clamp(limit - used + cache, 0, free);
    }

    static long? Number(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static long? Entry(string path, string name)
    {
        try
        {
            return File.Exists(path) && File.ReadLines(path).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
                ? Parse(line[name.Length..].Trim().Split(' ')[0])
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static long? Parse(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null; // "max": no limit
}
