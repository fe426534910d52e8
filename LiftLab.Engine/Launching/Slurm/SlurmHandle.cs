using System.Globalization;

namespace LiftLab.Engine.Launching.Slurm;

/// <summary>
/// One submission in a job's handle: number and name together, so that neither alone is mistaken for the job. "17@NAME" is a job,
/// "17[0,1,2]@NAME" are tasks of an array; where tasks were submitted again, the handle has several, separated by spaces, and the last one
/// that has a task is that task's.
/// </summary>
/// <param name="Tasks">Null for a single job.</param>
sealed record SlurmHandle(string Id, IReadOnlyList<int>? Tasks, string Name)
{
    public override string ToString() =>
        Tasks is null ? $"{Id}@{Name}" : $"{Id}[{string.Join(',', Tasks.Select(t => t.ToString(CultureInfo.InvariantCulture)))}]@{Name}";

    /// <summary>The submission that a task belongs to, of all submissions of a handle; null where none has it.</summary>
    public static SlurmHandle? Of(IReadOnlyList<SlurmHandle> all, int task) => all.LastOrDefault(h => h.Tasks?.Contains(task) == true);

    /// <summary>Empty for text that is no handle.</summary>
    public static IReadOnlyList<SlurmHandle> Parse(string handle)
    {
        SlurmHandle?[] parts = [.. handle.Split(' ').Select(One)];
        return parts.Contains(null) ? [] : [.. parts.OfType<SlurmHandle>()];
    }

    static SlurmHandle? One(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0 || SlurmName.Parse(text[(at + 1)..]) is null)
            return null;
        var (id, name) = (text[..at], text[(at + 1)..]);
        var open = id.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
            return new(id, null, name);
        int?[] tasks = [.. id[(open + 1)..].TrimEnd(']').Split(',').Select(Number)];
        return open == 0 || !id.EndsWith(']') || tasks.Contains(null) ? null : new(id[..open], [.. tasks.OfType<int>()], name);
    }

    static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}
