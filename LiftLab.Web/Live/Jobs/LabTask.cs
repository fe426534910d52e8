namespace LiftLab.Web.Live.Jobs;

/// <summary>One task of a study's array.</summary>
/// <param name="Index">As in Slurm, from 0.</param>
/// <param name="Words">Its launcher's words, or why it is given up; null for none.</param>
/// <param name="Node">The machine on which it runs or ran; null where that is not known.</param>
/// <param name="Answered">Predictions of its share that are answered or failed.</param>
/// <param name="Planned">Predictions of its share.</param>
public sealed record LabTask(int Index, LabTaskState State, string? Words, string? Node, string? Gpus, int Answered, int Planned);

public enum LabTaskState
{
    Running,
    Waiting,

    /// <summary>In its launcher's queue until a person releases it there.</summary>
    Held,

    /// <summary>Its job ended early; it is submitted again.</summary>
    Again,

    /// <summary>The study has its answers.</summary>
    Done,

    /// <summary>It is not submitted again.</summary>
    Failed,
}
