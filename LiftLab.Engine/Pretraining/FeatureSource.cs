using LiftLab.Engine.Learning.Evidence;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// Latent features of random rows, each column standardised to mean 0 and standard deviation 1: independent, correlated, clustered, or
/// nodes of a causal graph.
/// </summary>
static class FeatureSource
{
    /// <returns>Shape (rows, p).</returns>
    public static double[][] Draw(Random random, int rows, int p)
    {
        var x = random.Next(5) switch
        {
            0 => Independent(random, rows, p),
            1 => Mixed(random, rows, p),
            2 => Clusters(random, rows, p),
            3 => Graph(random, rows, p),
            _ => Independent(random, rows, p, normal: true),
        };
        Standardise(x);
        return x;
    }

    public static void Standardise(double[][] x)
    {
        for (var j = 0; j < x[0].Length; j++)
        {
            var mean = x.Average(r => r[j]);
            var deviation = Math.Sqrt(x.Average(r => (r[j] - mean) * (r[j] - mean)));
            foreach (var row in x)
                row[j] = deviation > 1e-9 ? (row[j] - mean) / deviation : 0;
        }
    }

    static double[][] Independent(Random random, int rows, int p, bool normal = false)
    {
        int[] shapes = [.. Enumerable.Range(0, p).Select(_ => normal ? 0 : random.Next(4))];
        return Fill(
            rows,
            p,
            (_, j) =>
                shapes[j] switch
                {
                    0 => random.Normal(),
                    1 => random.Uniform(-1, 1),
                    2 => Math.Exp(0.8 * random.Normal()),
                    _ => random.Chance(0.5) ? random.Normal() - 1.5 : random.Normal() + 1.5,
                }
        );
    }

    /// <summary>All columns are linear in a few latent factors, plus noise.</summary>
    static double[][] Mixed(Random random, int rows, int p)
    {
        var causes = random.SmallInteger(1, p);
        var loads = Fill(p, causes, (_, _) => random.Normal());
        var own = random.LogUniform(0.1, 1);
        var hidden = Fill(rows, causes, (_, _) => random.Normal());
        return Fill(
            rows,
            p,
            (i, j) =>
            {
                var sum = own * random.Normal();
                for (var c = 0; c < causes; c++)
                    sum += loads[j][c] * hidden[i][c];
                return sum;
            }
        );
    }

    static double[][] Clusters(Random random, int rows, int p)
    {
        var count = random.Next(2, 9);
        var spread = random.LogUniform(0.5, 3);
        var centres = Fill(count, p, (_, _) => spread * random.Normal());
        int[] member = [.. Enumerable.Range(0, rows).Select(_ => random.Next(count))];
        return Fill(rows, p, (i, j) => centres[member[i]][j] + random.Normal());
    }

    /// <summary>Each column is a function of up to three earlier ones, plus noise.</summary>
    static double[][] Graph(Random random, int rows, int p)
    {
        var parents = Enumerable.Range(0, p).Select(j => random.Permutation(j)[..Math.Min(j, random.Next(0, 4))]).ToArray();
        var functions = parents
            .Select(list => list.Length == 0 ? null : random.Pick(ScoreFunctions.Families).Draw(random, list.Length))
            .ToArray();
        double[] noise = [.. parents.Select(_ => random.LogUniform(0.1, 1.5))];
        var x = Fill(rows, p, (_, _) => 0);
        var inputs = new double[4];
        foreach (var row in x)
            for (var j = 0; j < p; j++)
            {
                for (var k = 0; k < parents[j].Length; k++)
                    inputs[k] = Math.Clamp(row[parents[j][k]], -4, 4);
                row[j] = functions[j] is { } f ? f(inputs.AsSpan(0, parents[j].Length)) + noise[j] * random.Normal() : random.Normal();
            }
        return x;
    }

    static double[][] Fill(int rows, int columns, Func<int, int, double> value)
    {
        var x = new double[rows][];
        for (var i = 0; i < rows; i++)
        {
            x[i] = new double[columns];
            for (var j = 0; j < columns; j++)
                x[i][j] = value(i, j);
        }
        return x;
    }
}
