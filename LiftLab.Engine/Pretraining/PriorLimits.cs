namespace LiftLab.Engine.Pretraining;

/// <summary>How hard the tables are that the prior draws: one stage of a curriculum.</summary>
public sealed record PriorLimits
{
    public int MinFeatures { get; init; } = 1;
    public int MaxFeatures { get; init; } = 60;
    public int MaxClasses { get; init; } = 10;
    public int MinRows { get; init; } = 10;
    public int MaxRows { get; init; } = 2000;

    /// <summary>Share of tables whose target is a number.</summary>
    public double Regression { get; init; } = 0.3;

    /// <summary>Share of tables that have categories or ordinals beside numbers.</summary>
    public double Mixed { get; init; } = 0.4;

    /// <summary>Share of tables with missing cells.</summary>
    public double Missing { get; init; } = 0.2;

    /// <summary>Largest share of labels replaced by others; each table draws its own below it.</summary>
    public double LabelNoise { get; init; } = 0.15;

    /// <summary>
    /// Share of tables whose class codes are drawn in any order and with gaps, so that a code means nothing outside its table; the others
    /// count from 0.
    /// </summary>
    public double PermutedLabels { get; init; } = 1;

    /// <summary>Names of the families to draw from; empty for all.</summary>
    public IReadOnlyList<string> Families { get; init; } = [];
}
