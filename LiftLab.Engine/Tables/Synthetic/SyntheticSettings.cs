using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Tables.Synthetic;

/// <summary>
/// Settings of a synthetic table. The defaults are the paper's. Classification uses the noise, the row counts and the seeds only.
/// </summary>
/// <param name="Function">One of <see cref="SyntheticTables.Functions"/>.</param>
public sealed record SyntheticSettings(string Function)
{
    /// <summary>Number of features of a regression function; classification tables have two.</summary>
    public int Dimensions { get; init; } = 1;

    public double Low { get; init; } = -10;
    public double High { get; init; } = 10;

    /// <summary>Rounds features and noisy targets to integers.</summary>
    public bool Integer { get; init; }

    /// <summary>Excludes training points in the middle: points with every coordinate in the middle third of the range.</summary>
    public bool Donut { get; init; }

    /// <summary>Number of outliers added to the training rows: features uniform in [-10, 10), target |N(0, 20)|.</summary>
    public int Outliers { get; init; }

    /// <summary>Slope of "linear".</summary>
    public double Beta { get; init; } = 0.9;

    /// <summary>
    /// Standard deviation of the noise: relative to the function's standard deviation in regression, absolute in classification (a
    /// variance for "ninegaussians"). Test targets of regression have no noise.
    /// </summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>
    /// Rows of the three parts. Null gives the paper's: 200, 50 and 100 in regression, 2000 split 64 : 16 : 20 in classification.
    /// </summary>
    public int? Train { get; init; }
    public int? Valid { get; init; }
    public int? Test { get; init; }

    /// <summary>Seed of the split into training and validation rows. The paper's code does not set it.</summary>
    public int Seed { get; init; }

    /// <summary>Seed of the points; 123 in the paper.</summary>
    public int DataSeed { get; init; } = 123;
}

/// <summary>A synthetic table with its schema and split.</summary>
public sealed record SyntheticTable(Table Table, Schema Schema, Split Split);
