using System.Text.Json.Nodes;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Source of a trainer's rows. The rows of a step depend only on the step's index (and the restored state), so that training can resume at
/// any step.
/// </summary>
public abstract class BatchSource
{
    /// <summary>Steps per epoch; the trainer validates after each epoch.</summary>
    public abstract int StepsPerEpoch { get; }

    /// <param name="step">Index of the step, from 0.</param>
    public abstract IReadOnlyList<TrainingRow> Rows(int step);

    /// <summary>Called after each step with its loss, for sources whose difficulty depends on the loss (curriculum).</summary>
    public virtual void Observe(int step, double loss) { }

    /// <summary>State changed by <see cref="Observe"/>, stored in the checkpoint; null for sources without state.</summary>
    public virtual JsonObject? Save() => null;

    public virtual void Restore(JsonObject state) { }
}
