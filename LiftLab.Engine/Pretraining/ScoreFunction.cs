using LiftLab.Engine.Learning.Evidence;

namespace LiftLab.Engine.Pretraining;

/// <summary>A random function of a row's latent features.</summary>
/// <param name="row">Shape (p); each feature is approximately standard normal.</param>
delegate double ScoreFunction(ReadOnlySpan<double> row);

static class ScoreFunctions
{
    /// <summary>The families of functions. To add one, add an entry.</summary>
    public static IReadOnlyList<(string Name, Func<Random, int, ScoreFunction> Draw)> Families { get; } =
    [
        ("linear", Linear),
        ("sparse", Sparse),
        ("polynomial", Polynomial),
        ("periodic", Periodic),
        ("piecewise", Piecewise),
        ("tree", (random, p) => Tree(random, p, random.Next(2, 6))),
        ("forest", Forest),
        ("prototypes", Prototypes),
        ("network", Network),
    ];

    static double[] Weights(Random random, int p, double density = 1)
    {
        var weights = new double[p];
        for (var i = 0; i < p; i++)
            weights[i] = random.Chance(density) ? random.Normal() : 0;
        weights[random.Next(p)] += random.Chance(0.5) ? 1 : -1;
        var norm = Math.Sqrt(weights.Sum(w => w * w));
        for (var i = 0; i < p; i++)
            weights[i] /= norm;
        return weights;
    }

    static double Dot(double[] weights, ReadOnlySpan<double> row)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] * row[i];
        return sum;
    }

    static ScoreFunction Linear(Random random, int p)
    {
        var w = Weights(random, p);
        return row => Dot(w, row);
    }

    static ScoreFunction Sparse(Random random, int p)
    {
        var w = Weights(random, p, Math.Min(1, 2.0 / p));
        return row => Dot(w, row);
    }

    static ScoreFunction Polynomial(Random random, int p)
    {
        double[] a = Weights(random, p, Math.Min(1, 4.0 / p)),
            b = Weights(random, p, Math.Min(1, 3.0 / p)),
            c = Weights(random, p, Math.Min(1, 3.0 / p));
        var (square, product) = (random.Normal(), random.Normal());
        return row => 0.6 * Dot(a, row) + square * (Dot(b, row) * Dot(b, row) - 1) + product * Dot(b, row) * Dot(c, row);
    }

    static ScoreFunction Periodic(Random random, int p)
    {
        var w = Weights(random, p, Math.Min(1, 2.0 / p));
        var (frequency, phase, slope) = (
            random.LogUniform(0.8, 5),
            random.Uniform(0, 2 * Math.PI),
            random.Chance(0.4) ? random.Normal() : 0
        );
        return row => Math.Sin(frequency * Dot(w, row) + phase) + slope * Dot(w, row);
    }

    static ScoreFunction Piecewise(Random random, int p)
    {
        var w = Weights(random, p, Math.Min(1, 2.0 / p));
        double[] knots = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Normal()).Order()];
        double[] heights = [.. Enumerable.Range(0, knots.Length + 1).Select(_ => random.Normal())];
        double[] slopes = [.. Enumerable.Range(0, knots.Length + 1).Select(_ => random.Chance(0.5) ? random.Normal() : 0)];
        return row =>
        {
            var x = Dot(w, row);
            var piece = 0;
            while (piece < knots.Length && x > knots[piece])
                piece++;
            return heights[piece] + slopes[piece] * x;
        };
    }

    static ScoreFunction Tree(Random random, int p, int depth)
    {
        var nodes = (1 << depth) - 1;
        int[] features = [.. Enumerable.Range(0, nodes).Select(_ => random.Next(p))];
        double[] cuts = [.. Enumerable.Range(0, nodes).Select(_ => 0.8 * random.Normal())];
        double[] leaves = [.. Enumerable.Range(0, 1 << depth).Select(_ => random.Normal())];
        return row =>
        {
            var node = 0;
            while (node < nodes)
                node = 2 * node + (row[features[node]] > cuts[node] ? 2 : 1);
            return leaves[node - nodes];
        };
    }

    static ScoreFunction Forest(Random random, int p)
    {
        ScoreFunction[] trees = [.. Enumerable.Range(0, random.Next(3, 12)).Select(_ => Tree(random, p, random.Next(2, 5)))];
        return row =>
        {
            var sum = 0.0;
            foreach (var tree in trees)
                sum += tree(row);
            return sum / Math.Sqrt(trees.Length);
        };
    }

    /// <summary>High near some centres and low near others.</summary>
    static ScoreFunction Prototypes(Random random, int p)
    {
        var used = random.Permutation(p)[..Math.Min(p, random.Next(1, 9))];
        double[][] centres = [.. Enumerable.Range(0, random.Next(2, 7)).Select(_ => used.Select(_ => random.Normal()).ToArray())];
        double[] heights = [.. centres.Select(_ => random.Normal())];
        var width = random.LogUniform(0.3, 2) * used.Length;
        return row =>
        {
            double sum = 0,
                total = 1e-9;
            for (var c = 0; c < centres.Length; c++)
            {
                var distance = 0.0;
                for (var i = 0; i < used.Length; i++)
                    distance += (row[used[i]] - centres[c][i]) * (row[used[i]] - centres[c][i]);
                var near = Math.Exp(-distance / width);
                sum += near * heights[c];
                total += near;
            }
            return sum / total;
        };
    }

    static ScoreFunction Network(Random random, int p)
    {
        var width = random.Next(3, 17);
        double[][] hidden = [.. Enumerable.Range(0, width).Select(_ => Weights(random, p, Math.Min(1, 5.0 / p)))];
        double[] shifts = [.. Enumerable.Range(0, width).Select(_ => random.Normal())];
        var output = Weights(random, width);
        var steep = random.LogUniform(0.7, 4);
        return row =>
        {
            var sum = 0.0;
            for (var i = 0; i < width; i++)
                sum += output[i] * Math.Tanh(steep * Dot(hidden[i], row) + shifts[i]);
            return sum * 2;
        };
    }
}
