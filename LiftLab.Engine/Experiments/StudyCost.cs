using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Experiments;

/// <summary>What a study will take, before it starts.</summary>
/// <param name="Fits">Fits with at least one prediction that the lab does not have.</param>
/// <param name="Predictions">Predictions of the test rows that the lab does not have.</param>
/// <param name="Known">Predictions that the lab has.</param>
/// <param name="Seconds">Null where a learner has neither measured fits in the lab nor an estimate.</param>
/// <param name="Unmeasured">Titles of these learners.</param>
public sealed record StudyCost(int Cells, int Fits, int Predictions, int Known, double? Seconds, IReadOnlyList<string> Unmeasured)
{
    /// <summary>Shares of the rows of a table that are test and training rows.</summary>
    const double TestShare = 0.2,
        TrainShare = 0.64;

    /// <summary>Seconds of the learners whose time is known; those of the others are added to it.</summary>
    public double KnownSeconds { get; init; }

    /// <summary>By learner with open predictions, in the order of the study.</summary>
    public IReadOnlyList<LearnerCost> Learners { get; init; } = [];

    /// <summary>US dollars of paid providers; null where every learner computes on this machine.</summary>
    public decimal? Money { get; init; }

    /// <summary>Titles of paid learners whose price is not known; <see cref="Money"/> is without them.</summary>
    public IReadOnlyList<string> Unpriced { get; init; } = [];

    /// <param name="find">Finds a learner by name.</param>
    /// <param name="answers">The lab's folder of answers; need not exist.</param>
    /// <param name="price">US dollars of one fit of a paid learner on a table that answers so often; null: not known.</param>
    /// <param name="skip">Keys that are not computed; null for none.</param>
    public static StudyCost Of(
        StudyCells cells,
        Func<string, LearnerEntry> find,
        string answers,
        Func<StudyTable, LearnerSpec, int, decimal?>? price = null,
        IReadOnlySet<string>? skip = null
    )
    {
        var store = new AnswerStore(answers, null);
        var open = cells
            .Fits.Select(f => new OpenFit(f, f.Probes.Count(p => skip?.Contains(p.Key.Hash) != true && !store.Has(p.Key.Hash))))
            .Where(f => f.Predictions > 0)
            .ToArray();
        var paces = StudyPace.Read(answers);
        var tables = cells.Study.Tables.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var learners = new List<LearnerCost>();
        decimal? money = null;
        var unpriced = new List<string>();
        foreach (var group in open.GroupBy(f => f.Planned.Fit.Learner.Name))
        {
            var entry = find(group.Key);
            var seconds = group.Select(f => SecondsOf(f, tables[f.Planned.Table], entry, [.. paces[entry.Name]])).ToArray();
            var basis = seconds.Max(s => s.Basis);
            learners.Add(
                new(
                    entry.Name,
                    entry.Title,
                    seconds.Length,
                    group.Sum(f => f.Predictions),
                    basis == CostBasis.Unknown ? null : seconds.Sum(s => s.Seconds),
                    basis
                )
            );
            foreach (var (planned, asked) in group)
                if (price?.Invoke(tables[planned.Table], planned.Fit.Learner, asked) is { } dollars)
                {
                    money = (money ?? 0) + dollars;
                    learners[^1] = learners[^1] with { Money = (learners[^1].Money ?? 0) + dollars };
                }
                else if (entry.IsPaid(planned.Fit.Learner, tables[planned.Table].Schema.Task) && !unpriced.Contains(entry.Title))
                    unpriced.Add(entry.Title);
        }
        // LIFT and the baselines compute side by side.
        var together = Math.Max(
            learners.Where(l => find(l.Learner).Kind == LearnerKind.Baseline).Sum(l => l.Seconds ?? 0),
            learners.Where(l => find(l.Learner).Kind != LearnerKind.Baseline).Sum(l => l.Seconds ?? 0)
        );
        string[] unknown = [.. learners.Where(l => l.Seconds is null).Select(l => l.Title)];
        var predictions = open.Sum(f => f.Predictions);
        return new(
            cells.All.Count,
            open.Length,
            predictions,
            cells.Fits.Sum(f => f.Probes.Count) - predictions,
            unknown.Length == 0 ? together : null,
            unknown
        )
        {
            KnownSeconds = together,
            Learners = learners,
            Money = money,
            Unpriced = unpriced,
        };
    }

    sealed record OpenFit(PlannedFit Planned, int Predictions);

    static (double Seconds, CostBasis Basis) SecondsOf(OpenFit open, StudyTable table, LearnerEntry entry, StudyPace[] paces)
    {
        var (fit, task) = (open.Planned.Fit, table.Schema.Task);
        var (rows, features) = ((int)Math.Ceiling(TestShare * table.Rows), table.Schema.Features.Count);
        var learner = fit.Learner with { Settings = entry.Complete(fit.Learner, task) };
        var clean = fit.Training is null;
        var work = entry.Work(fit.Learner, task, (int)(TrainShare * table.Rows), features);
        StudyPace[] alike = [.. paces.Where(p => SameModel(p.Learner, learner))];
        if (alike.Where(p => p.Fit is not null).MinBy(p => p.Distance(learner, rows, features, clean)) is not { } nearest)
            return work is { Alone: { } alone, Together: { } together, Row: { } row }
                ? (work.Steps * (clean ? alone : together) + open.Predictions * rows * row, CostBasis.Estimated)
                : (0, CostBasis.Unknown);
        var distance = nearest.Distance(learner, rows, features, clean);
        StudyPace[] same = [.. alike.Where(p => p.Distance(learner, rows, features, clean) <= distance)];
        var seconds = same.Where(p => p.Fit is not null).Average(p => p.Fit!.Value);
        return (
            seconds * Growth(nearest, entry, work, rows, features, clean)
                + open.Predictions * same.Average(p => p.Predict) * rows / nearest.Rows,
            nearest.IsNear(rows) ? CostBasis.Measured : CostBasis.Scaled
        );
    }

    /// <summary>How many times a fit takes the seconds of a measured one: by steps, or by rows where a learner has no steps.</summary>
    static double Growth(StudyPace measured, LearnerEntry entry, FitWork? work, int rows, int features, bool clean)
    {
        var before = entry.Work(measured.Learner, measured.Task, (int)(measured.Rows * TrainShare / TestShare), measured.Features);
        var wide = (features + 1.0) / (measured.Features + 1.0);
        if (work is null || before is not { Steps: > 0 })
            return wide * rows / Math.Max(1, measured.Rows);
        var way =
            clean != measured.Clean && work is { Alone: { } alone, Together: { } together }
                ? (clean ? alone / together : together / alone)
                : 1;
        return wide * way * work.Steps / before.Steps;
    }

    /// <summary>Seconds of another base model say nothing.</summary>
    static bool SameModel(LearnerSpec a, LearnerSpec b) => (string?)a.Settings?["model"] == (string?)b.Settings?["model"];
}
