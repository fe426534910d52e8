using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Tables.Synthetic;

/// <summary>
/// What is drawn. The defaults are the paper's; classification reads the row counts, the seeds and, for a grid, nothing else.
/// </summary>
/// <param name="Function">One of <see cref="SyntheticTables.Functions"/>.</param>
public sealed record SyntheticSettings(string Function)
{
    /// <summary>Features of a regression function; classification tables have two.</summary>
    public int Dimensions { get; init; } = 1;

    public double Low { get; init; } = -10;
    public double High { get; init; } = 10;

    /// <summary>Features and noisy targets rounded to integers.</summary>
    public bool Integer { get; init; }

    /// <summary>No training rows in the middle: a point whose every coordinate lies in the range's middle third is not drawn.</summary>
    public bool Donut { get; init; }

    /// <summary>Outliers added to the training rows: features uniform in -10 to 10, target |N(0, 20)|.</summary>
    public int Outliers { get; init; }

    /// <summary>Slope of "linear".</summary>
    public double Beta { get; init; } = 0.9;

    /// <summary>
    /// Standard deviation of the noise: of the function's own in regression, absolute in classification. Regression's test targets have
    /// none.
    /// </summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>
    /// Rows of the three parts; null for the paper's: 200, 50, 100 in regression, 2000 divided 64 : 16 : 20 in classification.
    /// </summary>
    public int? Train { get; init; }
    public int? Valid { get; init; }
    public int? Test { get; init; }

    /// <summary>Divides training from validation rows. The paper left this unseeded.</summary>
    public int Seed { get; init; }

    /// <summary>Draws the points; the paper's is 123.</summary>
    public int DataSeed { get; init; } = 123;
}

/// <summary>A drawn table with its meaning and its parts.</summary>
public sealed record SyntheticTable(Table Table, Schema Schema, Split Split);
