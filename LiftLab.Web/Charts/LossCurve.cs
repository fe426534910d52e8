using LiftLab.Engine.Learning;

namespace LiftLab.Web.Charts;

/// <summary>
/// The losses of a run so far. A resumed run repeats steps after its checkpoint: a step that is not after the last one takes the
/// curve back to it, so that every step is on the curve once.
/// </summary>
public sealed class LossCurve
{
    // Half-life of about 7 steps: enough to see the trend, short enough not to lag behind a warm-up.
    const double Keep = 0.9;

    readonly List<int> steps = [];
    readonly List<double> loss = [], smooth = [];
    readonly List<Validated> validations = [];
    double weighted, weight;

    public IReadOnlyList<int> Steps => steps;
    public IReadOnlyList<double> Loss => loss;

    /// <summary>Exponential moving average of <see cref="Loss"/>, without the bias of starting at zero (Kingma and Ba 2015, section 3).</summary>
    public IReadOnlyList<double> Smooth => smooth;

    public IReadOnlyList<Validated> Validations => validations;

    public Validated? Best => validations.LastOrDefault(v => v.Best);

    /// <returns>False where the step took the curve back, so that it has to be drawn anew.</returns>
    public bool Add(TrainingStep step)
    {
        var appended = steps.Count == 0 || step.Step > steps[^1];
        if (!appended) BackTo(step.Step);
        weighted = Keep * weighted + (1 - Keep) * step.Loss;
        weight = Keep * weight + (1 - Keep);
        steps.Add(step.Step);
        loss.Add(step.Loss);
        smooth.Add(weighted / weight);
        return appended;
    }

    public void Add(Validated validated)
    {
        validations.RemoveAll(v => v.Step >= validated.Step);
        validations.Add(validated);
    }

    void BackTo(int step)
    {
        var keep = steps.BinarySearch(step);
        if (keep < 0) keep = ~keep;
        steps.RemoveRange(keep, steps.Count - keep);
        loss.RemoveRange(keep, loss.Count - keep);
        smooth.RemoveRange(keep, smooth.Count - keep);
        validations.RemoveAll(v => v.Step >= step);
        (weighted, weight) = (0, 0);
        foreach (var value in loss)
        {
            weighted = Keep * weighted + (1 - Keep) * value;
            weight = Keep * weight + (1 - Keep);
        }
    }
}
