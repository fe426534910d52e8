using LiftLab.Engine.Baselines.Encoding;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>
/// Finds thresholds between at most 255 bins per feature: one bin per value if there are few, quantiles if there are many. A node's
/// histogram is computed from its rows.
/// </summary>
sealed class BinnedSplits : SplitFinder
{
    const int MostBins = 255;
    readonly byte[][] bins;
    readonly double[][] thresholds; // between bin b and b + 1
    readonly int[] held;

    BinnedSplits(byte[][] bins, double[][] thresholds, int rows) => (this.bins, this.thresholds, held) = (bins, thresholds, new int[rows]);

    public static BinnedSplits Over(ValueCodes codes)
    {
        var bins = new byte[codes.Features][];
        var thresholds = new double[codes.Features][];
        for (var f = 0; f < codes.Features; f++)
        {
            thresholds[f] = Cuts(codes.Values[f], codes.Codes[f]);
            bins[f] = new byte[codes.Rows];
            var ofValue = new byte[codes.Values[f].Length];
            for (int v = 0, b = 0; v < ofValue.Length; v++)
            {
                while (b < thresholds[f].Length && codes.Values[f][v] > thresholds[f][b])
                    b++;
                ofValue[v] = (byte)b;
            }
            for (var r = 0; r < codes.Rows; r++)
                bins[f][r] = ofValue[codes.Codes[f][r]];
        }
        return new(bins, thresholds, codes.Rows) { Rows = [.. Enumerable.Range(0, codes.Rows)] };
    }

    static double[] Cuts(float[] values, int[] codes)
    {
        if (values.Length <= MostBins)
            return [.. Enumerable.Range(0, values.Length - 1).Select(i => values[i] / 2.0 + values[i + 1] / 2.0)];
        int[] sorted = [.. codes.Order()];
        List<double> cuts = [];
        for (var b = 1; b < MostBins; b++)
        {
            var at = (double)b / MostBins * (sorted.Length - 1);
            int below = (int)Math.Floor(at),
                above = (int)Math.Ceiling(at);
            var cut = values[sorted[below]] / 2.0 + values[sorted[above]] / 2.0;
            if (cuts.Count == 0 || cut > cuts[^1])
                cuts.Add(cut);
        }
        return [.. cuts];
    }

    public override void Reset()
    {
        for (var r = 0; r < Rows.Length; r++)
            Rows[r] = r;
    }

    public override GradientSplit? Best(in GradientNode node, double[] g, double[] h, GradientTreeOptions options)
    {
        GradientSplit? best = null;
        var bestGain = options.LeastGain;
        var root = node.G * node.G / (node.H + options.Lambda);
        Span<double> sumG = stackalloc double[MostBins + 1],
            sumH = stackalloc double[MostBins + 1];
        Span<int> counts = stackalloc int[MostBins + 1];
        for (var f = 0; f < bins.Length; f++)
        {
            var cuts = thresholds[f];
            if (cuts.Length == 0)
                continue;
            var bin = bins[f];
            sumG[..(cuts.Length + 1)].Clear();
            sumH[..(cuts.Length + 1)].Clear();
            counts[..(cuts.Length + 1)].Clear();
            for (var i = node.Start; i < node.End; i++)
            {
                var row = Rows[i];
                var b = bin[row];
                sumG[b] += g[row];
                sumH[b] += h[row];
                counts[b]++;
            }
            double leftG = 0,
                leftH = 0;
            var left = 0;
            for (var b = 0; b < cuts.Length; b++)
            {
                if (counts[b] == 0)
                    continue;
                leftG += sumG[b];
                leftH += sumH[b];
                left += counts[b];
                if (left < options.MinLeaf || leftH < options.LeastHessian)
                    continue;
                if (node.End - node.Start - left < options.MinLeaf || node.H - leftH < options.LeastHessian)
                    break;
                var rightG = node.G - leftG;
                var gain = leftG * leftG / (leftH + options.Lambda) + rightG * rightG / (node.H - leftH + options.Lambda) - root;
                if (options.SingleGain)
                    gain = (float)gain;
                // XGBoost scans from the right: among equal gains of a feature, the rightmost wins.
                if (gain > bestGain || options.SingleGain && gain == bestGain && best?.Feature == f)
                    (bestGain, best) = (gain, new(f, b, cuts[b], gain, leftG, leftH));
            }
        }
        return best;
    }

    public override int Part(in GradientNode node, in GradientSplit split, GradientTreeOptions options)
    {
        var bin = bins[split.Feature];
        int into = node.Start,
            waiting = 0;
        for (var i = node.Start; i < node.End; i++)
        {
            var row = Rows[i];
            if (bin[row] <= split.Last)
                Rows[into++] = row;
            else
                held[waiting++] = row;
        }
        Array.Copy(held, 0, Rows, into, waiting);
        return into;
    }
}
