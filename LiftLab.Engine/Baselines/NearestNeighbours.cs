using System.Numerics;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>
/// k nearest neighbours by brute force, with one vote per neighbour. Ties in distance go to the row that comes first in the training rows,
/// ties in votes to the first class.
/// </summary>
sealed class NearestNeighbours : Model
{
    const int Block = 1024;
    readonly TrainingSet data;
    readonly double[] columns; // (P, N)
    readonly int k,
        power;

    NearestNeighbours(TrainingSet data, int k, int power)
    {
        (this.data, this.k, this.power) = (data, Math.Min(k, data.X.Rows), power);
        columns = data.X.Transposed().Data;
    }

    public static Baseline Entry { get; } =
        new("knn", "k-nearest neighbours", Baseline.Both, Fit, Open, "The vote or mean of the nearest training rows.")
        {
            Parameters = Grid,
            PaperParameters = Grid,
        };

    static IReadOnlyList<Hyperparameter> Grid(TaskKind task) =>
        Baseline.ForTask<IReadOnlyList<Hyperparameter>>(
            task,
            classes: [new("k", "k", 5, 1, 3), new("p", "p", 1, 2)],
            numbers: [new("k", "k", 2, 5, 8), new("p", null, 2)]
        );

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel) =>
        new NearestNeighbours(data, setting.Whole("k"), setting.Whole("p"));

    internal override void Keep(KeptWriter into)
    {
        data.Keep(into.Under("rows"));
        into.Put("k", k);
        into.Put("p", power);
    }

    public static Model Open(KeptReader from) =>
        new NearestNeighbours(TrainingSet.Open(from.Under("rows")), from.Whole("k"), from.Whole("p"));

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var distances = new double[Math.Min(Block, data.X.Rows)];
        var nearest = new double[k];
        var rows = new int[k];
        var values = new double[x.Rows];
        var votes = data.IsRegression ? null : new Matrix(x.Rows, data.Classes);
        var deviations = data.IsRegression && k > 2 ? new double[x.Rows] : null;
        for (var r = 0; r < x.Rows; r++)
        {
            if ((r & 63) == 0)
                cancel.ThrowIfCancellationRequested();
            Nearest(x[r], distances, nearest, rows);
            if (votes is not null)
                foreach (var row in rows)
                    votes[r][(int)data.Y[row]] += 1.0 / k;
            else
            {
                foreach (var row in rows)
                    values[r] += data.Y[row] / k;
                if (deviations is not null)
                    deviations[r] = Math.Sqrt(rows.Sum(row => Math.Pow(data.Y[row] - values[r], 2)) / (k - 1) * (1 + 1.0 / k));
            }
        }
        return votes is not null ? Estimates.FromProbabilities(votes) : new(values, null, deviations);
    }

    void Nearest(ReadOnlySpan<double> query, double[] distances, double[] nearest, int[] rows)
    {
        var n = data.X.Rows;
        var found = 0;
        for (var start = 0; start < n; start += Block)
        {
            var block = distances.AsSpan(0, Math.Min(Block, n - start));
            block.Clear();
            for (var j = 0; j < query.Length; j++)
                Add(columns.AsSpan(j * n + start, block.Length), query[j], block);
            for (var i = 0; i < block.Length; i++)
            {
                if (found == k && block[i] >= nearest[k - 1])
                    continue;
                var at = found < k ? found++ : k - 1;
                for (; at > 0 && nearest[at - 1] > block[i]; at--)
                    (nearest[at], rows[at]) = (nearest[at - 1], rows[at - 1]);
                (nearest[at], rows[at]) = (block[i], start + i);
            }
        }
    }

    /// <summary>Adds one feature's term of the distance (its square for p = 2) to each row of the block.</summary>
    void Add(ReadOnlySpan<double> column, double at, Span<double> sums)
    {
        var i = 0;
        var q = new Vector<double>(at);
        if (power == 1)
        {
            for (; i + Vector<double>.Count <= sums.Length; i += Vector<double>.Count)
                (new Vector<double>(sums[i..]) + Vector.Abs(new Vector<double>(column[i..]) - q)).CopyTo(sums[i..]);
            for (; i < sums.Length; i++)
                sums[i] += Math.Abs(column[i] - at);
            return;
        }
        for (; i + Vector<double>.Count <= sums.Length; i += Vector<double>.Count)
        {
            var d = new Vector<double>(column[i..]) - q;
            (new Vector<double>(sums[i..]) + d * d).CopyTo(sums[i..]);
        }
        for (; i < sums.Length; i++)
            sums[i] += (column[i] - at) * (column[i] - at);
    }
}
