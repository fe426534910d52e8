namespace LiftLab.Engine.Perturbations;

/// <summary>
/// The levels of a perturbation or of a question: what they count, in which unit, and the level at which nothing is changed.
/// </summary>
/// <param name="Label">The quantity ("training labels changed").</param>
/// <param name="Unit">"%", "sd", or empty for counts.</param>
/// <param name="Clean">The level that changes nothing; it is part of every curve.</param>
/// <param name="Levels">The default levels without <paramref name="Clean"/>, from weak to strong.</param>
/// <param name="Most">The strongest level that makes sense, in the direction away from <paramref name="Clean"/>.</param>
public sealed record LevelAxis(string Label, string Unit, double Clean, IReadOnlyList<double> Levels, double Most)
{
    public static LevelAxis Percent(string label, params double[] levels) => new(label, "%", 0, levels, 100);

    /// <summary>Shares that are kept: 100 % changes nothing.</summary>
    public static LevelAxis Kept(string label, params double[] levels) => new(label, "%", 100, levels, 0);

    public static LevelAxis Deviations(string label, params double[] levels) => new(label, "sd", 0, levels, 10);

    public static LevelAxis Count(string label, double most, params double[] levels) => new(label, "", 0, levels, most);

    /// <summary>How far a level is from <see cref="Clean"/>: 0 for the clean level, growing with strength.</summary>
    public double Strength(double level) => Math.Abs(level - Clean);

    /// <summary>Whether the level is between <see cref="Clean"/> and <see cref="Most"/>.</summary>
    public bool Contains(double level) => level >= Math.Min(Clean, Most) && level <= Math.Max(Clean, Most);

    /// <summary>A level with its unit: "10 %", "0.25 sd", "3".</summary>
    public string Words(double level) => FormattableString.Invariant($"{level} {Unit}").TrimEnd();

    /// <summary>Why a level is not one, as a sentence without a full stop; null for a level.</summary>
    public string? Fault(double level) =>
        double.IsFinite(level) && Contains(level)
            ? Unit.Length == 0 && level != Math.Floor(level)
                ? $"{Words(level)} is not a whole number ({Label})"
                : null
            : $"{Words(level)} is not between {Words(Math.Min(Clean, Most))} and {Words(Math.Max(Clean, Most))} ({Label})";
}
