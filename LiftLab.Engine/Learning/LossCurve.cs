namespace LiftLab.Engine.Learning;

/// <summary>
/// The losses of a run so far, one per step, in ascending order of steps. A decrease of the epoch marks the start of the next of several
/// averaged models; the moving average restarts there.
/// </summary>
public sealed class LossCurve
{
    // Half-life of about 7 steps: smooth enough to show the trend, short enough to follow a warm-up.
    const double Keep = 0.9;

    readonly List<int> steps = [];
    readonly List<double> loss = [],
        smooth = [],
        epochs = [];
    readonly List<Validated> validations = [];
    double weighted,
        weight;

    public IReadOnlyList<int> Steps => steps;
    public IReadOnlyList<double> Loss => loss;

    /// <summary>
    /// Exponential moving average of <see cref="Loss"/> with bias correction (Kingma and Ba 2015, section 3).
    /// </summary>
    public IReadOnlyList<double> Smooth => smooth;

    public IReadOnlyList<Validated> Validations => validations;

    public Validated? Best => validations.LastOrDefault(v => v.Best);

    /// <exception cref="ArgumentException">The step is not after the last one.</exception>
    public void Add(TrainingStep step)
    {
        if (steps.Count > 0 && step.Step <= steps[^1])
            throw new ArgumentException($"step {step.Step} is not after step {steps[^1]}", nameof(step));
        steps.Add(step.Step);
        loss.Add(step.Loss);
        epochs.Add(step.Epoch);
        Average(loss.Count - 1);
        smooth.Add(weighted / weight);
    }

    /// <summary>Adds a validation and removes those of the same or a later step.</summary>
    public void Add(Validated validated)
    {
        validations.RemoveAll(v => v.Step >= validated.Step);
        validations.Add(validated);
    }

    /// <summary>Removes the losses and validations after a step.</summary>
    public void BackTo(int step)
    {
        var keep = steps.BinarySearch(step + 1);
        if (keep < 0)
            keep = ~keep;
        steps.RemoveRange(keep, steps.Count - keep);
        loss.RemoveRange(keep, loss.Count - keep);
        smooth.RemoveRange(keep, smooth.Count - keep);
        epochs.RemoveRange(keep, epochs.Count - keep);
        validations.RemoveAll(v => v.Step > step);
        (weighted, weight) = (0, 0);
        for (var i = 0; i < loss.Count; i++)
            Average(i);
    }

    /// <summary>Adds the loss at an index to the average, which restarts with the first loss of a model.</summary>
    void Average(int i)
    {
        if (i > 0 && epochs[i] < epochs[i - 1])
            (weighted, weight) = (0, 0);
        weighted = Keep * weighted + (1 - Keep) * loss[i];
        weight = Keep * weight + (1 - Keep);
    }
}
