using System.Globalization;

namespace LiftLab.Engine.Prompts.Cells;

public enum NumberStyle
{
    /// <summary>The paper's style: unscaled decimals with a fixed number of places.</summary>
    Decimal,

    /// <summary>Each column scaled on the training rows to levels 0 to 99, written <c>&lt;07&gt;</c>.</summary>
    Scaled,

    /// <summary>The cell's own text.</summary>
    AsWritten,
}

/// <summary>How numbers are written as text.</summary>
/// <param name="Decimals">Places after the point of a feature (decimal style). The paper: 2 in classification, 4 in regression.</param>
/// <param name="TargetDecimals">Places of a regression target (decimal style). The paper: 3 for synthetic tables, 4 for real ones.</param>
/// <param name="TargetLevels">Levels of a regression answer, coarse to fine, 1 to 4 (scaled style): each divides the step of the previous
/// level by 100.</param>
/// <param name="Clip">Half width of the scaled range, in standard deviations of the training rows.</param>
public sealed record NumberFormat(NumberStyle Style, int Decimals = 2, int TargetDecimals = 3, int TargetLevels = 2, double Clip = 2.5)
{
    public const int Levels = 100;

    /// <summary>Number of columns with distinct level tokens. Column 65 uses the tokens of column 1, and so on.</summary>
    public const int Columns = 64;

    public static NumberFormat PaperClassification { get; } = new(NumberStyle.Decimal);
    public static NumberFormat PaperRegression { get; } = new(NumberStyle.Decimal, Decimals: 4);
    public static NumberFormat Scaled { get; } = new(NumberStyle.Scaled);

    /// <summary>Level <paramref name="level"/> (0 to 99) as text, one token of lift-mini: <c>&lt;07&gt;</c>.</summary>
    public static string Level(int level) => Texts[level];

    /// <summary>Level <paramref name="level"/> (0 to 99) with its column's number, one token of lift-mini: <c>&lt;3:07&gt;</c>.</summary>
    /// <param name="column">From 1.</param>
    public static string Level(int column, int level) =>
        string.Create(CultureInfo.InvariantCulture, $"<{(column - 1) % Columns + 1}:{level:00}>");

    /// <summary>Python's <c>%.nf</c>: rounds the exact binary value, keeps the sign of a negative zero.</summary>
    public static string Fixed(double value, int decimals) =>
        value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Python's <c>%d</c> of a float: truncates toward zero.</summary>
    public static string Integer(double value) => (Math.Truncate(value) + 0.0).ToString("F0", CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Decimals, 15);
        ArgumentOutOfRangeException.ThrowIfNegative(TargetDecimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TargetDecimals, 15);
        ArgumentOutOfRangeException.ThrowIfLessThan(TargetLevels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(TargetLevels, 4);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Clip);
    }

    static readonly string[] Texts = [.. Enumerable.Range(0, Levels).Select(k => string.Create(CultureInfo.InvariantCulture, $"<{k:00}>"))];
}
