using LiftLab.Engine.Baselines.Encoding;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>
/// Exact search over every threshold of every feature: each node keeps its rows sorted by each feature. Scans from the greatest value down,
/// as XGBoost's exact method does.
/// </summary>
sealed class SortedSplits : SplitFinder
{
    readonly ValueCodes codes;
    readonly float tie; // values with at most this difference count as equal
    readonly int[][] sorted,
        orders;
    readonly int[] held,
        features;
    readonly bool[] left;

    public SortedSplits(ValueCodes codes, float tie)
    {
        (this.codes, this.tie) = (codes, tie);
        sorted = [.. codes.Codes.Select(c => Enumerable.Range(0, codes.Rows).OrderBy(r => c[r]).ToArray())];
        orders = [.. sorted.Select(o => new int[o.Length])];
        (held, left, features) = (new int[codes.Rows], new bool[codes.Rows], [.. Enumerable.Range(0, codes.Features)]);
    }

    public static SortedSplits Over(ValueCodes codes, float tie) => new(codes, tie) { Rows = [.. Enumerable.Range(0, codes.Rows)] };

    public override void Reset()
    {
        for (var f = 0; f < orders.Length; f++)
            sorted[f].CopyTo(orders[f], 0);
        for (var r = 0; r < Rows.Length; r++)
            Rows[r] = r;
    }

    public override GradientSplit? Best(in GradientNode node, double[] g, double[] h, GradientTreeOptions options)
    {
        GradientSplit? best = null;
        var bestGain = options.LeastGain;
        var root = node.G * node.G / (node.H + options.Lambda);
        if (options.SingleGain)
            root = (float)root;
        options.FeatureOrder?.Shuffle(features);
        foreach (var f in features)
        {
            var (order, code, values) = (orders[f], codes.Codes[f], codes.Values[f]);
            if (values[code[order[node.End - 1]]] <= values[code[order[node.Start]]] + tie)
                continue;
            double rightG = 0,
                rightH = 0;
            for (var i = node.End - 1; i > node.Start; i--)
            {
                var row = order[i];
                rightG += g[row];
                rightH += h[row];
                int here = code[row],
                    next = code[order[i - 1]];
                if (here == next)
                    continue;
                if (rightH < options.LeastHessian || node.End - i < options.MinLeaf || values[here] <= values[next] + tie)
                    continue;
                double leftG = node.G - rightG,
                    leftH = node.H - rightH;
                if (leftH < options.LeastHessian || i - node.Start < options.MinLeaf)
                    continue;
                var gain = leftG * leftG / (leftH + options.Lambda) + rightG * rightG / (rightH + options.Lambda);
                gain = options.SingleGain ? (float)gain - root : gain - root;
                // Among equal gains of one feature, XGBoost keeps the greatest threshold, scikit-learn the least.
                if (!(gain > bestGain || !options.SingleGain && gain == bestGain && best?.Feature == f))
                    continue;
                var threshold = values[next] / 2.0 + values[here] / 2.0;
                if (options.SingleGain)
                    threshold = MathF.BitDecrement((values[next] + values[here]) * 0.5f); // XGBoost goes left where x < threshold
                if (threshold >= values[here] || threshold < values[next])
                    threshold = values[next];
                (bestGain, best) = (gain, new(f, next, threshold, gain, leftG, leftH));
            }
        }
        return best;
    }

    public override int Part(in GradientNode node, in GradientSplit split, GradientTreeOptions options)
    {
        var code = codes.Codes[split.Feature];
        for (var i = node.Start; i < node.End; i++)
            left[Rows[i]] = code[Rows[i]] <= split.Last;
        var middle = Stable(Rows, node.Start, node.End);
        // Children at the depth limit are leaves: their sorted orders are not needed again.
        if (node.Depth + 1 < options.MaxDepth)
            foreach (var order in orders)
                Stable(order, node.Start, node.End);
        return middle;
    }

    int Stable(int[] order, int start, int end)
    {
        int into = start,
            waiting = 0;
        for (var i = start; i < end; i++)
        {
            var row = order[i];
            if (left[row])
                order[into++] = row;
            else
                held[waiting++] = row;
        }
        Array.Copy(held, 0, order, into, waiting);
        return into;
    }
}
