using System.Text.Json.Nodes;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Where a trainer's rows come from. What a step gets depends on the step's number alone, so that training can be taken up anywhere.
/// </summary>
public abstract class BatchSource
{
    /// <summary>Steps after which the trainer validates.</summary>
    public abstract int StepsPerEpoch { get; }

    /// <param name="step">From 0.</param>
    public abstract IReadOnlyList<TrainingRow> Rows(int step);

    /// <summary>Told after each step, for sources that grow harder as the loss falls.</summary>
    public virtual void Observe(int step, double loss) { }

    /// <summary>What <see cref="Observe"/> has changed, for the checkpoint; null where nothing can.</summary>
    public virtual JsonObject? Save() => null;

    public virtual void Restore(JsonObject state) { }
}
