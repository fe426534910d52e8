using LiftLab.Engine.Runs;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Live.Space;

/// <summary>What takes space in a lab.</summary>
public enum SpaceKind
{
    Dataset,
    Run,
    Study,
    Model,
}

/// <summary>One dataset, run, study or base model on the disk.</summary>
/// <param name="Id">The dataset's or run's id, or the model's name.</param>
/// <param name="Bytes">Bytes of all its files.</param>
/// <param name="State">Of a run or study.</param>
/// <param name="EndedUtc">When a run or study ended last; null before.</param>
public sealed record SpaceItem(SpaceKind Kind, string Id, string Name, long Bytes, RunState? State = null, DateTime? EndedUtc = null)
{
    /// <summary>Bytes of a run's training checkpoints, which are part of <see cref="Bytes"/>.</summary>
    public long Checkpoints { get; init; }

    /// <summary>Bytes of a run's checkpoints and fitted models.</summary>
    public long Weights { get; init; }

    /// <summary>Why it cannot be deleted now, in words; null where it can.</summary>
    public string? Keeps { get; init; }

    /// <summary>Who has started or added it; null where that is not known.</summary>
    public string? Owner { get; init; }

    /// <summary>Whether the role run may delete it where it is one's own; base models belong to all.</summary>
    public bool IsOwned => Kind != SpaceKind.Model;

    /// <summary>The role that deletes it.</summary>
    public Role Least => IsOwned ? Role.Run : Role.Administer;
}

/// <summary>The space that a lab takes.</summary>
/// <param name="Items">The largest first.</param>
/// <param name="Other">Bytes of the lab's other files: database, answers of studies, downloads, exports.</param>
/// <param name="Free">Bytes that are free on the lab's disk; null if the system does not say.</param>
public sealed record SpaceUse(IReadOnlyList<SpaceItem> Items, long Other, long? Free)
{
    public long Total => Items.Sum(i => i.Bytes) + Other;

    /// <summary>Runs that are over and have training checkpoints.</summary>
    public IReadOnlyList<SpaceItem> WithCheckpoints => [.. Items.Where(i => i is { Checkpoints: > 0, Keeps: null })];
}
