using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Perturbations;

/// <summary>When a perturbation changes the task.</summary>
public enum PerturbationStage
{
    /// <summary>Before fitting: each level needs a fit of its own.</summary>
    Training,

    /// <summary>After fitting, before predicting: one fit answers all levels.</summary>
    Test,
}

/// <summary>A kind of change to a task. Stateless; all randomness comes from the specification's seed.</summary>
public abstract class Perturbation
{
    /// <summary>Stable name in specifications and on the command line.</summary>
    public abstract string Name { get; }

    public abstract string Title { get; }

    /// <summary>One sentence: what is changed and how.</summary>
    public abstract string Text { get; }

    public abstract PerturbationStage Stage { get; }

    public abstract LevelAxis Axis { get; }

    /// <summary>Whether a level is the largest change of any number of a row, so that the smallest one that changes an answer is its
    /// radius.</summary>
    public virtual bool IsAttack => false;

    /// <summary>Variants of the kind, the default first; empty where there is only one.</summary>
    public virtual IReadOnlyList<string> Ways => [];

    /// <summary>The first way; null where there is only one.</summary>
    public string? DefaultWay => Ways.Count == 0 ? null : Ways[0];

    /// <summary>Changes a task. The same task and specification give the same result on every machine.</summary>
    /// <exception cref="ArgumentException">The way does not exist, or the level is outside the axis.</exception>
    /// <exception cref="CannotApplyException">The kind does not apply to this task, or this level leaves nothing to learn.</exception>
    public Perturbed Apply(LearningTask clean, PerturbationSpec spec)
    {
        var way = spec.Way ?? DefaultWay ?? "";
        if (Ways.Count > 0 ? !Ways.Contains(way) : way.Length > 0)
            throw new ArgumentException($"'{Name}' has no way '{way}'; it has {(Ways.Count == 0 ? "none" : string.Join(", ", Ways))}");
        if (Axis.Fault(spec.Level) is { } fault)
            throw new ArgumentException($"'{Name}': {fault}");
        return Change(clean, spec.Level, way, spec.Seed);
    }

    /// <param name="level">May be the clean level, if the kind changes the task even then.</param>
    /// <param name="way">One of <see cref="Ways"/>, or empty where there are none.</param>
    protected abstract Perturbed Change(LearningTask clean, double level, string way, int seed);
}
