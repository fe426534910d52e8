namespace LiftLab.Engine.Learning;

/// <summary>
/// The losses of a run so far. A resumed run repeats steps after its checkpoint: a step that is not after the last one truncates the
/// curve to it, so that every step is on the curve once. The next of several models begins where the epoch number falls.
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

    /// <returns>False where the step truncated the curve, so that the whole curve has to be redrawn.</returns>
    public bool Add(TrainingStep step)
    {
        var appended = steps.Count == 0 || step.Step > steps[^1];
        if (!appended)
            BackTo(step.Step);
        steps.Add(step.Step);
        loss.Add(step.Loss);
        epochs.Add(step.Epoch);
        Average(loss.Count - 1);
        smooth.Add(weighted / weight);
        return appended;
    }

    /// <summary>
    /// Adds the loss at an index to the moving average; a model's first loss is not averaged with the last of the model before.
    /// </summary>
    void Average(int i)
    {
        if (i > 0 && epochs[i] < epochs[i - 1])
            (weighted, weight) = (0, 0);
        weighted = Keep * weighted + (1 - Keep) * loss[i];
        weight = Keep * weight + (1 - Keep);
    }

    public void Add(Validated validated)
    {
        validations.RemoveAll(v => v.Step >= validated.Step);
        validations.Add(validated);
    }

    void BackTo(int step)
    {
        var keep = steps.BinarySearch(step);
        if (keep < 0)
            keep = ~keep;
        steps.RemoveRange(keep, steps.Count - keep);
        loss.RemoveRange(keep, loss.Count - keep);
        smooth.RemoveRange(keep, smooth.Count - keep);
        epochs.RemoveRange(keep, epochs.Count - keep);
        validations.RemoveAll(v => v.Step >= step);
        (weighted, weight) = (0, 0);
        for (var i = 0; i < loss.Count; i++)
            Average(i);
    }
}
