using LiftLab.Engine.Learning.Evidence;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// Noise with the covariance of similar training rows: rows of the same class, or, in regression, rows with near targets. A draw is a
/// random weighted sum of differences between such rows. Correlated columns get correlated noise, which preserves small differences between
/// them that separate classes; independent noise would hide these differences.
/// </summary>
sealed class CovariantNoise
{
    /// <summary>Number of differences summed in one draw.</summary>
    const int Differences = 8;

    /// <summary>Regression: number of rows on each side, in the order of targets, that count as near.</summary>
    const int NearTargets = 12;

    readonly int[][] levels;
    readonly int[][] likes;

    /// <param name="levels">For each training row, one level per cell, or <see cref="CellTokens.NoLevel"/>.</param>
    /// <param name="targets">Targets of the same rows.</param>
    public CovariantNoise(int[][] levels, double[] targets, bool classes)
    {
        this.levels = levels;
        likes = new int[levels.Length][];
        int[] order = [.. Enumerable.Range(0, levels.Length).OrderBy(i => targets[i])];
        if (classes)
        {
            foreach (var group in order.GroupBy(i => targets[i]))
            {
                int[] rows = [.. group];
                foreach (var row in rows)
                    likes[row] = rows;
            }
            return;
        }
        const int Window = 2 * NearTargets + 1;
        for (var k = 0; k < order.Length; k++)
        {
            var from = Math.Clamp(k - NearTargets, 0, Math.Max(0, order.Length - Window));
            likes[order[k]] = order[from..Math.Min(order.Length, from + Window)];
        }
    }

    /// <param name="row">Index among the training rows.</param>
    /// <param name="size">Standard deviation of the noise in a column, relative to that of the similar rows.</param>
    /// <returns>Offsets in levels, one per cell; 0 for cells without a level.</returns>
    public double[] Draw(int row, double size, Random random)
    {
        var draw = new double[levels[row].Length];
        var like = likes[row];
        if (like.Length < 2)
            return draw;
        for (var k = 0; k < Differences; k++)
        {
            var (a, b) = (levels[like[random.Next(like.Length)]], levels[like[random.Next(like.Length)]]);
            var weight = size * random.Normal() / Math.Sqrt(2 * Differences); // a difference has twice the variance of a row
            for (var f = 0; f < Math.Min(draw.Length, Math.Min(a.Length, b.Length)); f++)
                if (a[f] != CellTokens.NoLevel && b[f] != CellTokens.NoLevel)
                    draw[f] += weight * (a[f] - b[f]);
        }
        return draw;
    }
}
