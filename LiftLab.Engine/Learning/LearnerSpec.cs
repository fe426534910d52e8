using System.Text.Json.Nodes;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// A learner by name with its settings, as a run's specification stores them. Only the learner's own settings type reads the JSON; do not
/// change the JSON afterwards, because the parsed settings are cached.
/// </summary>
/// <param name="Settings">Null for the defaults. Settings of an unknown learner are kept unchanged.</param>
public sealed record LearnerSpec(string Name, JsonObject? Settings = null)
{
    readonly Parsed parsed = new();

    // A copy has its own cache, because its settings can differ.
    LearnerSpec(LearnerSpec other) => (Name, Settings, parsed) = (other.Name, other.Settings, new());

    /// <summary>The settings in the learner's own type, parsed at the first call for a task.</summary>
    /// <exception cref="ArgumentException">From <paramref name="parse"/>: a setting that does not exist or is out of range.</exception>
    public T SettingsFor<T>(TaskKind task, Func<JsonObject?, TaskKind, T> parse)
        where T : class
    {
        if (parsed.Last is { } last && last.Task == task && last.Settings is T known)
            return known;
        var settings = parse(Settings, task);
        parsed.Last = new(task, settings);
        return settings;
    }

    sealed record ForTask(TaskKind Task, object Settings);

    /// <summary>The cache. Equal to any other, so that it does not affect the equality of specifications.</summary>
    sealed class Parsed
    {
        public ForTask? Last { get; set; }

        public override bool Equals(object? other) => other is Parsed;

        public override int GetHashCode() => 0;
    }
}
