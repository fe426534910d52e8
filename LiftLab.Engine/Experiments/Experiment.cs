using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments;

/// <summary>A question that is answered by fits and predictions and drawn as a figure. Stateless.</summary>
/// <param name="name">Stable name in specifications and on the command line.</param>
/// <param name="title">The question in a few words.</param>
/// <param name="theme">The heading under which it is listed.</param>
/// <param name="paper">Section of the paper's specification ("6.4"); null for a question of ours.</param>
public abstract class Experiment(string name, string title, string theme, string? paper)
{
    public string Name => name;
    public string Title => title;
    public string Theme => theme;
    public string? Paper => paper;

    /// <summary>One or two sentences: what is varied and what is measured.</summary>
    public abstract string Text { get; }

    /// <summary>The perturbations that the question offers, each with its default levels; empty for a question without them.</summary>
    public virtual IReadOnlyList<StudyKind> Kinds => [];

    /// <summary>Learners that are chosen where a person chooses none; the first is the subject.</summary>
    public virtual IReadOnlyList<string> Learners => ["lift", "logreg", "knn", "rf", "xgboost", "majority", "mean"];

    /// <summary>All cells of a study: finite, without two at the same place, the same at every call.</summary>
    public virtual IReadOnlyList<Cell> Plan(StudySpec study)
    {
        var cells = new List<Cell>();
        foreach (var table in study.Tables)
        foreach (var kind in study.Kinds.DefaultIfEmpty<StudyKind?>(null))
        foreach (var level in LevelsOf(kind))
        foreach (var seed in study.Seeds)
        foreach (var learner in study.Learners)
            cells.Add(new(kind?.Name ?? "", table.Name, learner.Name, level, seed, ProbeOf(study, table, learner, kind, level, seed)));
        return cells;
    }

    /// <summary>The figures of the answers so far, of none, of some or of all: one per table and panel, or one for all tables.</summary>
    public abstract IReadOnlyList<Figure> Draw(StudySpec study, StudyAnswers answers);

    /// <summary>What the answers so far show, one sentence per figure.</summary>
    public abstract IReadOnlyList<string> Verdicts(StudySpec study, StudyAnswers answers);

    /// <summary>What differs from the paper's protocol, and why.</summary>
    public virtual IReadOnlyList<string> Deviations(StudySpec study) => [];

    static IEnumerable<double> LevelsOf(StudyKind? kind) =>
        kind is null ? [0] : kind.Levels.Prepend(PerturbationList.Find(kind.Kind).Axis.Clean).Distinct();

    static Probe ProbeOf(StudySpec study, StudyTable table, LearnerSpec learner, StudyKind? kind, double level, int seed)
    {
        var perturbation = kind is null ? null : PerturbationList.Find(kind.Kind);
        // At the clean level no kind changes anything, so that all kinds share the clean fit.
        var spec =
            perturbation is null || level == perturbation.Axis.Clean
                ? null
                : new PerturbationSpec(kind!.Kind, level, PaperSeed(study, kind) ?? seed, kind.Way ?? perturbation.DefaultWay);
        var training = perturbation?.Stage == PerturbationStage.Training;
        return new(new(table.Key, seed, training ? spec : null, learner, seed), training ? null : spec);
    }

    /// <summary>Specification, sections 5.4 and 5.8: the paper draws with one seed in all its runs.</summary>
    static int? PaperSeed(StudySpec study, StudyKind kind) =>
        study.Protocol == Protocol.Clean ? null
        : kind.Kind == "label-noise" ? 42
        : kind.Kind == "outliers" ? 123
        : null;
}
