using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments;

/// <summary>The plan of a study with the key of each cell, and the order in which its fits are made.</summary>
public sealed class StudyCells
{
    readonly Dictionary<string, (Cell Cell, ProbeKey Key)[]> byKey;

    StudyCells(StudySpec study, IReadOnlyList<(Cell, ProbeKey)> all)
    {
        (Study, All) = (study, all);
        byKey = all.GroupBy(c => c.Item2.Hash).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        Fits = Order(all, study);
    }

    public StudySpec Study { get; }

    public IReadOnlyList<(Cell Cell, ProbeKey Key)> All { get; }

    /// <summary>The distinct fits with their distinct probes: clean fits first, then the strongest level of each kind, then the middle; the
    /// first seed before the others.</summary>
    public IReadOnlyList<PlannedFit> Fits { get; }

    /// <summary>Number of distinct probes.</summary>
    public int Probes => byKey.Count;

    /// <summary>The cells that a key answers.</summary>
    public IReadOnlyList<(Cell Cell, ProbeKey Key)> Of(string key) => byKey.GetValueOrDefault(key) ?? [];

    /// <param name="find">Finds a learner by name.</param>
    public static StudyCells Of(StudySpec study, Func<string, LearnerEntry> find)
    {
        var tables = study.Tables.ToDictionary(t => t.Name, t => new ProbeKeys(t.Schema, find), StringComparer.Ordinal);
        // Cells share probes, and a key takes a hash: each probe's key is computed once.
        var keys = new Dictionary<(string, Probe), ProbeKey>();
        var cells = ExperimentList.Find(study.Experiment).Plan(study);
        return new(
            study,
            [
                .. cells.Select(c =>
                {
                    if (!keys.TryGetValue((c.Table, c.Probe), out var key))
                        keys[(c.Table, c.Probe)] = key = tables[c.Table].Of(c.Probe);
                    return (c, key);
                }),
            ]
        );
    }

    static IReadOnlyList<PlannedFit> Order(IReadOnlyList<(Cell Cell, ProbeKey Key)> all, StudySpec study)
    {
        var seeds = study.Seeds.ToList();
        return
        [
            .. all.GroupBy(c => (c.Cell.Table, c.Cell.Probe.Fit))
                .Select(g => new PlannedFit(
                    g.Key.Table,
                    g.Key.Fit,
                    [.. g.DistinctBy(c => c.Key.Hash).OrderBy(c => Rank(c.Cell.Probe.Test, study)).Select(c => (c.Cell.Probe, c.Key))]
                ))
                .Select((fit, i) => (fit, i))
                .OrderBy(f => seeds.IndexOf(f.fit.Fit.Seed))
                .ThenBy(f => Rank(f.fit.Fit.Training, study))
                .ThenBy(f => f.i)
                .Select(f => f.fit),
        ];
    }

    /// <summary>0 without a change, then the strongest level, the weakest, and the others.</summary>
    static int Rank(PerturbationSpec? spec, StudySpec study)
    {
        if (spec is null)
            return 0;
        var axis = PerturbationList.Find(spec.Kind).Axis;
        double[] strengths =
        [
            .. study.Kinds.Where(k => k.Kind == spec.Kind).SelectMany(k => k.Levels).Select(axis.Strength).DefaultIfEmpty(0),
        ];
        var mine = axis.Strength(spec.Level);
        return mine == strengths.Max() ? 1
            : mine == strengths.Min() ? 2
            : 3;
    }
}

/// <summary>A fit of a study with the probes that it answers.</summary>
public sealed record PlannedFit(string Table, Fit Fit, IReadOnlyList<(Probe Probe, ProbeKey Key)> Probes)
{
    /// <summary>
    /// Fits of one bundle may be trained together: one learner, table and seed; the clean fit stands alone, so that its answers come first.
    /// </summary>
    public (string Table, LearnerSpec Learner, int Seed, bool IsClean) Bundle => (Table, Fit.Learner, Fit.Seed, Fit.Training is null);
}
