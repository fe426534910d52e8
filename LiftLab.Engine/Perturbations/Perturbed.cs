using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations;

/// <summary>A task after a perturbation.</summary>
/// <param name="Task">Its table may have additional rows; rows of the clean table keep their numbers.</param>
/// <param name="Touched">The rows of the new table that differ from the clean table, ascending, and additional rows.</param>
public sealed record Perturbed(LearningTask Task, IReadOnlyList<int> Touched)
{
    /// <summary>
    /// For each test row of <see cref="Task"/> the position of the clean test row that it replaces; null where it is the same position. A
    /// clean test row with several replacements counts as right only if every replacement is answered right.
    /// </summary>
    public IReadOnlyList<int>? Origins { get; init; }
}

/// <summary>This perturbation cannot be applied to this task at this level; the message is the reason.</summary>
public sealed class CannotApplyException(string reason) : Exception(reason);
