namespace LiftLab.Engine.Pretraining;

/// <summary>Limits on the difficulty of the tables that the prior draws, for one stage of the curriculum.</summary>
public sealed record PriorLimits
{
    public int MinFeatures { get; init; } = 1;
    public int MaxFeatures { get; init; } = 60;
    public int MaxClasses { get; init; } = 10;
    public int MinRows { get; init; } = 10;
    public int MaxRows { get; init; } = 2000;

    /// <summary>Probability (0–1) that the target is a number.</summary>
    public double Regression { get; init; } = 0.3;

    /// <summary>Probability (0–1) that a table has categories or ordinals in addition to numbers.</summary>
    public double Mixed { get; init; } = 0.4;

    /// <summary>Probability (0–1) that a table has missing cells.</summary>
    public double Missing { get; init; } = 0.2;

    /// <summary>Maximum fraction of labels replaced by random ones; each table draws its own fraction below it.</summary>
    public double LabelNoise { get; init; } = 0.15;

    /// <summary>
    /// Probability (0–1) that a table's class codes are in random order and with gaps, so that a code has no meaning outside its table;
    /// otherwise codes count from 0.
    /// </summary>
    public double PermutedLabels { get; init; } = 1;

    /// <summary>Names of the function families to draw from (<see cref="TablePrior.Families"/>); empty for all.</summary>
    public IReadOnlyList<string> Families { get; init; } = [];
}
