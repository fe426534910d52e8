namespace LiftLab.Engine.InContext;

/// <summary>
/// Numbers as codes: each context cuts its own rows' numbers into steps of about as many rows, and a step stands for the mean of its rows.
/// Every draw cuts elsewhere, so that the mean over draws is smooth; contexts of neighbours have finer steps, since their numbers are
/// nearer.
/// </summary>
/// <param name="values">Of the training rows, in the target's unit and about zero: squares are summed.</param>
/// <param name="steps">Of a context at most, 2 to 10.</param>
sealed class NumberTargets(double[] values, int steps) : ContextTargets
{
    /// <summary>Steps that a feature's relevance is measured on.</summary>
    const int CoarseSteps = 5;

    /// <summary>How far a cut may lie from its even place, in parts of a step.</summary>
    const double Jitter = 0.5;

    public override int Width => 2;

    public override (int[] Classes, int Count) AsClasses() =>
        (StepsOf([.. values], [.. Enumerable.Range(1, CoarseSteps - 1).Select(c => (double)c / CoarseSteps)]), CoarseSteps);

    public override Func<int[], bool, ContextCodes> Draw(Random random)
    {
        int[] codes = [.. Enumerable.Range(0, ContextCodes.Count)];
        random.Shuffle(codes);
        double[] cuts = [.. Enumerable.Range(1, steps - 1).Select(c => (c + Jitter * (2 * random.NextDouble() - 1)) / steps)];
        return (rows, _) =>
        {
            double[] own = [.. rows.Select(r => values[r])];
            var stepOf = StepsOf(own, cuts);
            int[] used = [.. stepOf.Distinct().Order()];
            return new(
                [.. stepOf.Select(s => codes[s])],
                [.. used.Select(s => codes[s])],
                [.. used.Select(s => Moments([.. own.Where((_, i) => stepOf[i] == s)]))]
            );
        };
    }

    static double[] Moments(double[] numbers) => [numbers.Average(), numbers.Average(v => v * v)];

    /// <summary>The step of each number when all are cut at these shares of their order; equal numbers share a step.</summary>
    static int[] StepsOf(double[] numbers, double[] cuts)
    {
        double[] sorted = [.. numbers.Order()];
        double[] at = [.. cuts.Select(c => sorted[Math.Min((int)(c * sorted.Length), sorted.Length - 1)])];
        return [.. numbers.Select(v => at.Count(a => v >= a))];
    }
}
