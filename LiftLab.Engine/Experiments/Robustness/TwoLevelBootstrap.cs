using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Experiments.Robustness;

/// <summary>
/// Resamples seeds, then test rows. All groups get the same draws, so that differences between learners and levels are paired.
/// </summary>
static class TwoLevelBootstrap
{
    /// <summary>Draws for small tables; fewer for large ones, whose intervals need them less.</summary>
    const int MostDraws = 2000,
        FewestDraws = 400,
        RowsForMost = 200;

    /// <param name="groups">The cells of one learner at one level, one per seed; null where a seed is not answered. The seeds have the same
    /// order in all groups.</param>
    /// <returns>The mean over seeds of the value in each draw; NaN for a group without answers. Shape (groups, draws).</returns>
    public static double[][] Draw(IReadOnlyList<IReadOnlyList<CellScores?>> groups, int seed)
    {
        CellScores[][] known = [.. groups.Select(g => g.OfType<CellScores>().Where(s => s.Rows > 0).ToArray())];
        var sizes = known.SelectMany(g => g).Select(s => s.Rows).Distinct().ToArray();
        var draws = Math.Clamp(MostDraws * RowsForMost / Math.Max(1, sizes.DefaultIfEmpty(1).Max()), FewestDraws, MostDraws);
        var seeds = known.Select(g => g.Length).DefaultIfEmpty(0).Max();
        var result = groups.Select(_ => new double[draws]).ToArray();
        var picks = new double[seeds];
        for (var draw = 0; draw < draws; draw++)
        {
            var random = SeedStream.From(seed).At(draw).Random();
            for (var j = 0; j < seeds; j++)
                picks[j] = random.NextDouble();
            // weights[size][j]: how often each row is drawn for the j-th pick
            var weights = sizes.ToDictionary(n => n, n => Enumerable.Range(0, seeds).Select(_ => Rows(n, random)).ToArray());
            for (var g = 0; g < known.Length; g++)
                result[g][draw] = Value(known[g], picks, weights);
        }
        return result;
    }

    static double Value(CellScores[] group, double[] picks, Dictionary<int, int[][]> weights)
    {
        if (group.Length == 0)
            return double.NaN;
        var sum = 0.0;
        for (var j = 0; j < group.Length; j++)
        {
            var scores = group[(int)(picks[j] * group.Length)];
            var w = weights[scores.Rows][j];
            double error = 0,
                scale = 0;
            for (var i = 0; i < w.Length; i++)
            {
                error += w[i] * scores.Error[i];
                scale += w[i] * scores.Scale[i];
            }
            sum += 1 - error / scale;
        }
        return sum / group.Length;
    }

    static int[] Rows(int n, Random random)
    {
        var weights = new int[n];
        for (var i = 0; i < n; i++)
            weights[random.Next(n)]++;
        return weights;
    }

    /// <summary>2.5 % and 97.5 % quantile of the finite and infinite values; NaN where there is none.</summary>
    public static (double Low, double High) Interval(IEnumerable<double> draws)
    {
        double[] sorted = [.. draws.Where(d => !double.IsNaN(d)).Order()];
        return sorted.Length == 0
            ? (double.NaN, double.NaN)
            : (sorted[(int)(0.025 * (sorted.Length - 1))], sorted[(int)Math.Ceiling(0.975 * (sorted.Length - 1))]);
    }

    /// <summary>Two-sided p-value of zero: twice the smaller share of draws on either side, at least 2 / (draws + 1).</summary>
    public static double PValue(IEnumerable<double> draws)
    {
        double[] known = [.. draws.Where(double.IsFinite)];
        if (known.Length == 0)
            return 1;
        return Math.Min(1, 2.0 * (Math.Min(known.Count(d => d <= 0), known.Count(d => d >= 0)) + 1) / (known.Length + 1));
    }
}
