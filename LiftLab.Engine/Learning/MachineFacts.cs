using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>Properties of the machine that plans of runs depend on.</summary>
/// <param name="Bytes">Memory in bytes of the device that computes language models.</param>
/// <param name="OnCard">Whether that device is a graphics card.</param>
/// <param name="Name">Display name: the card's name, or "this machine".</param>
/// <param name="Paces">Training speeds measured by finished runs on this machine, newest first; empty before the first one.</param>
public sealed record MachineFacts(long Bytes, bool OnCard, string Name, IReadOnlyList<MeasuredPace> Paces)
{
    /// <summary>Bytes of the device's memory that are not in use now; null if it is not known.</summary>
    public long? Available { get; init; }

    /// <summary>Whether the device computes in bfloat16.</summary>
    public bool HasBFloat16 { get; init; } = true;

    /// <summary>The lab's own list of prices of paid providers; null for the one that comes with LiftLab.</summary>
    public string? PriceFile { get; init; }
}

/// <summary>Training speed of the main learner of a finished run.</summary>
/// <param name="OnCard">Whether the run used a graphics card.</param>
/// <param name="TokensPerSecond">Median over the training steps, padding not counted; above 0.</param>
public sealed record MeasuredPace(LearnerSpec Learner, TaskKind Task, bool OnCard, double TokensPerSecond);
