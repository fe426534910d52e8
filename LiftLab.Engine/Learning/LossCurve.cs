namespace LiftLab.Engine.Learning;

/// <summary>
/// The losses of a run so far, one a step, steps ascending. Where the epoch number falls the next of several averaged models begins, whose
/// moving average starts anew.
/// </summary>
public sealed class LossCurve
{
    // Half-life of about 7 steps: enough to see the trend, short enough not to lag behind a warm-up.
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
    /// Exponential moving average of <see cref="Loss"/>, without the bias of starting at zero (Kingma and Ba 2015, section 3).
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

    /// <summary>Adds a validation; one of the same step, or of a later one, is replaced.</summary>
    public void Add(Validated validated)
    {
        validations.RemoveAll(v => v.Step >= validated.Step);
        validations.Add(validated);
    }

    /// <summary>Drops the points and validations after a step.</summary>
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

    /// <summary>Takes the loss at an index into the average, which begins anew with the first loss of a model.</summary>
    void Average(int i)
    {
        if (i > 0 && epochs[i] < epochs[i - 1])
            (weighted, weight) = (0, 0);
        weighted = Keep * weighted + (1 - Keep) * loss[i];
        weight = Keep * weight + (1 - Keep);
    }
}
