using System.Runtime.CompilerServices;
using LiftLab.Engine.Baselines.Encoding;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>
/// Grows classification and regression trees (CART) depth first. Features are tried in random order, so that ties between splits are broken
/// at random, as in scikit-learn. One grower grows many trees of one training set; not thread-safe.
/// </summary>
sealed class TreeGrower
{
    const float SameValue = 1e-7f; // closer values count as equal
    readonly ValueCodes codes;
    readonly double[] y;
    readonly int classes;
    readonly TreeOptions options;
    readonly int[] rows,
        ordered,
        counts,
        features,
        weights;
    readonly ulong[] keys;
    readonly double[] logs; // w * log2(w)
    readonly double[] total,
        left; // class weights

    public TreeGrower(ValueCodes codes, double[] y, int classes, TreeOptions options)
    {
        (this.codes, this.y, this.classes, this.options) = (codes, y, classes, options);
        var n = codes.Rows;
        (rows, ordered, weights, keys) = (new int[n], new int[n], new int[n], new ulong[n]);
        counts = new int[codes.Values.Max(v => v.Length) + 1];
        features = [.. Enumerable.Range(0, codes.Features)];
        (total, left) = (new double[Math.Max(1, classes)], new double[Math.Max(1, classes)]);
        logs = options.Impurity == Impurity.Entropy ? [.. Enumerable.Range(0, n + 1).Select(w => w == 0 ? 0 : w * Math.Log2(w))] : [];
    }

    /// <param name="copies">Weight of each row: its number of copies, 0 to exclude it. Shape (N).</param>
    public Tree Grow(ReadOnlySpan<int> copies, Random random, CancellationToken cancel)
    {
        copies.CopyTo(weights);
        var count = 0;
        for (var r = 0; r < weights.Length; r++)
            if (weights[r] > 0)
                rows[count++] = r;
        var tree = new Tree();
        Stack<(int Node, int Start, int End, int Depth)> open = new();
        open.Push((tree.Add(Summarise(0, count)), 0, count, 0));
        while (open.TryPop(out var n))
        {
            cancel.ThrowIfCancellationRequested();
            if (n.Depth >= options.MaxDepth || n.End - n.Start < Math.Max(2, options.MinSplit))
                continue;
            Summarise(n.Start, n.End);
            if (IsPure(n.Start, n.End) || Best(n.Start, n.End, random) is not { } cut)
                continue;
            var middle = Partition(n.Start, n.End, cut.Feature, cut.Code);
            int l = tree.Add(Summarise(n.Start, middle)),
                r = tree.Add(Summarise(middle, n.End));
            tree.Split(n.Node, cut.Feature, cut.Threshold, l, r);
            open.Push((r, middle, n.End, n.Depth + 1));
            open.Push((l, n.Start, middle, n.Depth + 1));
        }
        return tree;
    }

    /// <summary>Fills <see cref="total"/> and returns the node's output: class shares, or the mean.</summary>
    double[] Summarise(int start, int end)
    {
        Array.Clear(total);
        double weight = 0;
        for (var i = start; i < end; i++)
        {
            var (r, w) = (rows[i], weights[rows[i]]);
            weight += w;
            if (classes > 0)
                total[(int)y[r]] += w;
            else
                total[0] += w * y[r];
        }
        return [.. total.Select(t => t / weight)];
    }

    bool IsPure(int start, int end)
    {
        var first = y[rows[start]];
        for (var i = start + 1; i < end; i++)
            if (y[rows[i]] != first)
                return false;
        return true;
    }

    (int Feature, int Code, double Threshold)? Best(int start, int end, Random random)
    {
        (int, int, double)? best = null;
        var bestScore = double.NegativeInfinity;
        int tried = 0,
            constant = 0;
        for (var open = features.Length; open > 0 && (tried < options.FeaturesTried || tried <= constant); tried++)
        {
            var pick = random.Next(open--);
            (features[pick], features[open]) = (features[open], features[pick]);
            var f = features[open];
            if (
                options.RandomThresholds
                    ? !Drawn(f, start, end, random, ref bestScore, ref best)
                    : !Scan(f, start, end, ref bestScore, ref best)
            )
                constant++;
        }
        return best;
    }

    /// <summary>Tries every threshold of a feature. False if the feature does not vary in this node.</summary>
    bool Scan(int f, int start, int end, ref double bestScore, ref (int, int, double)? best)
    {
        Order(f, start, end);
        var (code, values, m) = (codes.Codes[f], codes.Values[f], end - start);
        if (values[code[ordered[m - 1]]] <= values[code[ordered[0]]] + SameValue)
            return false;
        var sums = new Sides(this, start, end);
        for (var i = 0; i < m - 1; i++)
        {
            sums.Move(ordered[i]);
            int here = code[ordered[i]],
                next = code[ordered[i + 1]];
            if (here == next || values[next] <= values[here] + SameValue)
                continue;
            var score = sums.Score();
            if (score <= bestScore)
                continue;
            var threshold = values[here] / 2.0 + values[next] / 2.0;
            if (threshold == values[next] || double.IsInfinity(threshold))
                threshold = values[here];
            (bestScore, best) = (score, (f, here, threshold));
        }
        return true;
    }

    /// <summary>Tries one random threshold between a feature's least and greatest value in this node.</summary>
    bool Drawn(int f, int start, int end, Random random, ref double bestScore, ref (int, int, double)? best)
    {
        var (code, values) = (codes.Codes[f], codes.Values[f]);
        int low = int.MaxValue,
            high = -1;
        for (var i = start; i < end; i++)
            (low, high) = (Math.Min(low, code[rows[i]]), Math.Max(high, code[rows[i]]));
        if (values[high] <= values[low] + SameValue)
            return false;
        var threshold = values[low] + random.NextDouble() * ((double)values[high] - values[low]);
        if (threshold >= values[high])
            threshold = values[low];
        var last = low; // the last code at or below the threshold, by bisection
        for (var (a, b) = (low, high); a <= b; )
        {
            var middle = (a + b) / 2;
            if (values[middle] <= threshold)
                (last, a) = (middle, middle + 1);
            else
                b = middle - 1;
        }
        var sums = new Sides(this, start, end);
        for (var i = start; i < end; i++)
            if (code[rows[i]] <= last)
                sums.Move(rows[i]);
        var score = sums.Score();
        if (score > bestScore)
            (bestScore, best) = (score, (f, last, threshold));
        return true;
    }

    /// <summary>
    /// Writes the node's rows in ascending order of a feature into <see cref="ordered"/>: counting sort if there are few codes, comparison
    /// sort if there are few rows.
    /// </summary>
    void Order(int f, int start, int end)
    {
        var code = codes.Codes[f];
        int m = end - start,
            distinct = codes.Values[f].Length;
        if (distinct < m * (long)(int.Log2(m) + 1))
        {
            var c = counts.AsSpan(0, distinct + 1);
            c.Clear();
            for (var i = start; i < end; i++)
                c[code[rows[i]] + 1]++;
            for (var v = 1; v <= distinct; v++)
                c[v] += c[v - 1];
            for (var i = start; i < end; i++)
                ordered[c[code[rows[i]]]++] = rows[i];
            return;
        }
        for (var i = 0; i < m; i++)
            keys[i] = (ulong)code[rows[start + i]] << 32 | (uint)rows[start + i];
        keys.AsSpan(0, m).Sort();
        for (var i = 0; i < m; i++)
            ordered[i] = (int)keys[i];
    }

    int Partition(int start, int end, int f, int last)
    {
        var code = codes.Codes[f];
        while (start < end)
        {
            if (code[rows[start]] <= last)
                start++;
            else
            {
                end--;
                (rows[start], rows[end]) = (rows[end], rows[start]);
            }
        }
        return start;
    }

    /// <summary>Running sums of the two children of a split; all rows start in the right child.</summary>
    ref struct Sides
    {
        readonly TreeGrower grower;
        readonly double[] y;
        readonly int[] weights;
        readonly Impurity impurity;
        double leftWeight,
            rightWeight,
            leftSum,
            rightSum;

        public Sides(TreeGrower grower, int start, int end)
        {
            this.grower = grower;
            (y, weights, impurity) = (grower.y, grower.weights, grower.options.Impurity);
            Array.Clear(grower.left);
            if (grower.classes == 0)
            {
                rightSum = grower.total[0];
                for (var i = start; i < end; i++)
                    rightWeight += weights[grower.rows[i]];
                return;
            }
            foreach (var t in grower.total)
            {
                rightWeight += t;
                rightSum += impurity == Impurity.Gini ? t * t : grower.logs[(int)t];
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Move(int row)
        {
            double w = weights[row];
            leftWeight += w;
            rightWeight -= w;
            if (impurity == Impurity.SquaredError)
            {
                leftSum += w * y[row];
                rightSum -= w * y[row];
                return;
            }
            var k = (int)y[row];
            double l = grower.left[k],
                r = grower.total[k] - l;
            grower.left[k] = l + w;
            if (impurity == Impurity.Gini)
            {
                leftSum += w * (2 * l + w);
                rightSum -= w * (2 * r - w);
                return;
            }
            leftSum += grower.logs[(int)(l + w)] - grower.logs[(int)l];
            rightSum += grower.logs[(int)(r - w)] - grower.logs[(int)r];
        }

        /// <summary>Negative impurity of the children, up to a constant of the node: higher is better.</summary>
        public readonly double Score() =>
            impurity switch
            {
                Impurity.Gini => leftSum / leftWeight + rightSum / rightWeight,
                Impurity.Entropy => leftSum - grower.logs[(int)leftWeight] + rightSum - grower.logs[(int)rightWeight],
                _ => leftSum * leftSum / leftWeight + rightSum * rightSum / rightWeight,
            };
    }
}
