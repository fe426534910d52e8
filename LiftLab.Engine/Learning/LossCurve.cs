namespace LiftLab.Engine.Learning;

/// <summary>The losses of one of several models that a run trains one after the other, or together and then in turns.</summary>
/// <param name="From">Index of its first step in <see cref="LossCurve.Steps"/>.</param>
/// <param name="To">Index after its last step so far.</param>
/// <param name="Before">Optimiser steps of the run before the model's first step.</param>
/// <param name="Validations">Its validations, in ascending order of steps.</param>
public sealed record MemberLosses(int From, int To, int Before, IReadOnlyList<Validated> Validations)
{
    /// <summary>Indices of its steps.</summary>
    public IReadOnlyList<int> Indices { get; init; } = [.. Enumerable.Range(From, To - From)];

    /// <summary>Number of models whose steps take turns.</summary>
    public int Turns { get; init; } = 1;

    /// <summary>The model's own count for a step of the run.</summary>
    public int Own(int step) => (step - Before - 1) / Turns + 1;

    /// <summary>The validation whose weights the model keeps; null before the first.</summary>
    public Validated? Best => Validations.LastOrDefault(v => v.Best);
}

/// <summary>
/// The losses of a run so far, one per step, in ascending order of steps. Several averaged models train together, and their steps take
/// turns; or one after the other, and then a decrease of the epoch marks the start of the next one. Each has its own moving average.
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
    readonly List<int> members = []; // which model each step is of
    readonly Dictionary<int, (double Weighted, double Weight)> averages = [];

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
        AreApart ? Apart
        : AreTogether ? Together
        : InSequence;

    /// <summary>Whether each model counts its own steps; the steps are then in the order of their arrival.</summary>
    public bool AreApart { get; private set; }

    /// <summary>Whether several models train side by side, so that each of them gets new points all the time.</summary>
    public bool AreTogether => AreApart || members.Count > 1 && members[1] == 1 && epochs[1] >= epochs[0];

    /// <summary>A model that has no step yet has no losses.</summary>
    IReadOnlyList<MemberLosses> Apart =>
        [
            .. Enumerable
                .Range(0, members.Concat(validations.Select(v => v.Member)).DefaultIfEmpty().Max() + 1)
                .Select(m =>
                {
                    int[] indices = [.. Enumerable.Range(0, steps.Count).Where(i => members[i] == m)];
                    Validated[] own = [.. validations.Where(v => v.Member == m)];
                    return new MemberLosses(indices.FirstOrDefault(), indices.LastOrDefault(-1) + 1, 0, own) { Indices = indices };
                }),
        ];

    IReadOnlyList<MemberLosses> Together
    {
        get
        {
            var turns = members.Max() + 1;
            return
            [
                .. Enumerable
                    .Range(0, turns)
                    .Select(m =>
                    {
                        int[] indices = [.. Enumerable.Range(0, steps.Count).Where(i => members[i] == m)];
                        Validated[] own = [.. validations.Where(v => v.Member == m)];
                        return new MemberLosses(indices[0], indices[^1] + 1, m, own) { Indices = indices, Turns = turns };
                    }),
            ];
        }
    }

    IReadOnlyList<MemberLosses> InSequence =>
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

    /// <summary>The number of the model whose step is at an index, from 0.</summary>
    public int MemberAt(int index) => AreTogether ? members[index] : starts.Count(s => s <= index) - 1;

    /// <summary>Whether this index is the first step of a further model.</summary>
    public bool StartsMember(int index) => index > 0 && starts.Contains(index);

    /// <exception cref="ArgumentException">The step is not after the last one.</exception>
    public void Add(TrainingStep step)
    {
        AreApart |= step.Apart;
        if (
            step.Apart
                ? members.LastIndexOf(step.Member) is >= 0 and var own && step.Step <= steps[own]
                : steps.Count > 0 && step.Step <= steps[^1]
        )
            throw new ArgumentException($"step {step.Step} is not after the last one", nameof(step));
        steps.Add(step.Step);
        loss.Add(step.Loss);
        epochs.Add(step.Epoch);
        members.Add(step.Member);
        if (IsRestart(epochs.Count - 1) || (step.Member > 0 && members.IndexOf(step.Member) == members.Count - 1))
            starts.Add(epochs.Count - 1);
        smooth.Add(Average(loss.Count - 1));
    }

    /// <summary>Adds a validation and removes those of the same or a later step.</summary>
    public void Add(Validated validated)
    {
        AreApart |= validated.Apart;
        validations.RemoveAll(v => v.Step >= validated.Step && (!validated.Apart || v.Member == validated.Member));
        validations.Add(validated);
    }

    /// <summary>Removes the losses and validations of one of several models that count their own steps, after one of its steps.</summary>
    public void BackTo(int step, int member)
    {
        for (var i = steps.Count - 1; i >= 0; i--)
            if (members[i] == member && steps[i] > step)
            {
                steps.RemoveAt(i);
                loss.RemoveAt(i);
                epochs.RemoveAt(i);
                members.RemoveAt(i);
            }
        validations.RemoveAll(v => v.Member == member && v.Step > step);
        smooth.Clear();
        averages.Clear();
        for (var i = 0; i < loss.Count; i++)
            smooth.Add(Average(i));
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
        members.RemoveRange(keep, members.Count - keep);
        starts.RemoveAll(s => s > 0 && s >= keep);
        validations.RemoveAll(v => v.Step > step);
        averages.Clear();
        for (var i = 0; i < loss.Count; i++)
            _ = Average(i);
    }

    /// <summary>Adds the loss at an index to its model's average, which restarts with the first loss of a model; returns it.</summary>
    double Average(int i)
    {
        var (weighted, weight) = IsRestart(i) ? (0, 0) : averages.GetValueOrDefault(members[i]);
        (weighted, weight) = (Keep * weighted + (1 - Keep) * loss[i], Keep * weight + (1 - Keep));
        averages[members[i]] = (weighted, weight);
        return weighted / weight;
    }

    bool IsRestart(int i) => !AreApart && i > 0 && epochs[i] < epochs[i - 1];
}
