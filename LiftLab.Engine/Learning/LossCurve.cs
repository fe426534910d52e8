namespace LiftLab.Engine.Learning;

/// <summary>The losses of one of several models that a run trains one after the other.</summary>
/// <param name="From">Index of its first step in <see cref="LossCurve.Steps"/>.</param>
/// <param name="To">Index after its last step so far.</param>
/// <param name="Before">Optimiser steps of the run before the model's first step.</param>
/// <param name="Validations">Its validations, in ascending order of steps.</param>
public sealed record MemberLosses(int From, int To, int Before, IReadOnlyList<Validated> Validations)
{
    /// <summary>The validation whose weights the model keeps; null before the first.</summary>
    public Validated? Best => Validations.LastOrDefault(v => v.Best);
}

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
    readonly List<int> starts = [0]; // indices of the first steps of the models
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

    /// <summary>
    /// The models in the order of their training, the last one still in training; one without steps before the first step.
    /// </summary>
    public IReadOnlyList<MemberLosses> Members =>
        [
            .. starts.Select(
                (from, m) =>
                {
                    var to = m + 1 < starts.Count ? starts[m + 1] : steps.Count;
                    var before = from == 0 ? 0 : steps[from] - 1;
                    var last = m + 1 < starts.Count ? steps[to] - 1 : int.MaxValue;
                    return new MemberLosses(from, to, before, [.. validations.Where(v => v.Step > before && v.Step <= last)]);
                }
            ),
        ];

    /// <summary>Whether this index is the first step of a further model.</summary>
    public bool StartsMember(int index) => index > 0 && starts.Contains(index);

    /// <exception cref="ArgumentException">The step is not after the last one.</exception>
    public void Add(TrainingStep step)
    {
        if (steps.Count > 0 && step.Step <= steps[^1])
            throw new ArgumentException($"step {step.Step} is not after step {steps[^1]}", nameof(step));
        steps.Add(step.Step);
        loss.Add(step.Loss);
        epochs.Add(step.Epoch);
        if (IsRestart(epochs.Count - 1))
            starts.Add(epochs.Count - 1);
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
        starts.RemoveAll(s => s > 0 && s >= keep);
        validations.RemoveAll(v => v.Step > step);
        (weighted, weight) = (0, 0);
        for (var i = 0; i < loss.Count; i++)
            Average(i);
    }

    /// <summary>Adds the loss at an index to the average, which restarts with the first loss of a model.</summary>
    void Average(int i)
    {
        if (IsRestart(i))
            (weighted, weight) = (0, 0);
        weighted = Keep * weighted + (1 - Keep) * loss[i];
        weight = Keep * weight + (1 - Keep);
    }

    bool IsRestart(int i) => i > 0 && epochs[i] < epochs[i - 1];
}
