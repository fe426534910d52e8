namespace LiftLab.Engine.Tables;

/// <summary>Mean and standard deviation (divisor n) of numbers of any size: the sums neither overflow nor vanish.</summary>
public readonly record struct Spread(double Mean, double Deviation)
{
    // Squares of numbers within these bounds neither overflow nor vanish.
    const double Large = 1e140,
        Small = 1e-140;

    /// <param name="numbers">Finite. Without any, mean and deviation are 0.</param>
    public static Spread Of(IReadOnlyCollection<double> numbers)
    {
        if (numbers.Count == 0)
            return default;
        var largest = numbers.Max(Math.Abs);
        if (largest is 0 or >= Small and <= Large)
            return Plain(numbers);
        var unit = Math.ScaleB(1, Math.ILogB(largest)); // a power of two: dividing by it is exact
        var scaled = Plain([.. numbers.Select(v => v / unit)]);
        return new(scaled.Mean * unit, scaled.Deviation * unit);
    }

    static Spread Plain(IReadOnlyCollection<double> numbers)
    {
        var mean = numbers.Average();
        return new(mean, Math.Sqrt(numbers.Average(v => (v - mean) * (v - mean))));
    }
}
