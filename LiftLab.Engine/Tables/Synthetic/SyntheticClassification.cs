using System.Globalization;
using LiftLab.Engine.Tables.RandomNumbers;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Tables.Synthetic;

/// <summary>The five two-dimensional classification tables: scikit-learn's generators, draw for draw, and nine Gaussians.</summary>
static class SyntheticClassification
{
    const int PaperRows = 2000;

    public static IReadOnlyList<string> Functions { get; } = ["ninegaussians", "blobs", "circles", "moons", "twocircles"];

    /// <summary>
    /// The rows are split 64 : 16 : 20 like those of any table; requested row counts of the parts are met only where they have this ratio.
    /// </summary>
    public static SyntheticTable Make(SyntheticSettings s)
    {
        var rows =
            s.Train is null && s.Valid is null && s.Test is null ? PaperRows : (s.Train ?? 1280) + (s.Valid ?? 320) + (s.Test ?? 400);
        var (x, labels) = Points(s.Function, rows, s.Noise, s.DataSeed);
        var table = new Table(
            s.Function,
            [
                .. SyntheticTables.FeatureColumns(x, 2),
                new Column("class", [.. labels.Select(l => l.ToString(CultureInfo.InvariantCulture))]),
            ]
        );
        var schema = SyntheticTables.SchemaOf(2, "class", TaskKind.Classification, false);
        return new(table, schema, SplitMaker.Make(table, schema, s.Seed));
    }

    static (double[][] X, int[] Labels) Points(string function, int rows, double noise, int seed) =>
        function switch
        {
            "ninegaussians" => NineGaussians(rows, noise, seed),
            "blobs" => Blobs(rows, seed),
            "circles" => Circles(rows, noise, seed),
            "moons" => Moons(rows, noise, seed),
            "twocircles" => TwoCircles(rows, noise, seed),
            _ => throw new ArgumentException(
                $"'{function}' is not a classification table; the tables are {string.Join(", ", Functions)}",
                nameof(function)
            ),
        };

    /// <summary>Gaussians at the nine points of {-10, 0, 10}², each with a ninth of the rows, rounded down; classes 1 to 9.</summary>
    /// <param name="variance">Of each coordinate; 0.1 in the paper.</param>
    static (double[][], int[]) NineGaussians(int rows, double variance, int seed)
    {
        var random = new NumpyRandom(seed);
        var deviation = Math.Sqrt(variance);
        var (x, labels) = (new List<double[]>(), new List<int>());
        for (var cluster = 0; cluster < 9; cluster++)
        for (var i = 0; i < rows / 9; i++)
        {
            var across = random.Normal() * deviation;
            x.Add([across + 10 * (cluster / 3 - 1), random.Normal() * deviation + 10 * (cluster % 3 - 1)]);
            labels.Add(cluster + 1);
        }
        return ([.. x], [.. labels]);
    }

    /// <summary><c>make_blobs(centers=4)</c>: centres uniform in [-10, 10), standard deviation 1.</summary>
    static (double[][], int[]) Blobs(int rows, int seed)
    {
        const int centres = 4;
        var random = new NumpyRandom(seed);
        double[] centre = [.. Enumerable.Range(0, 2 * centres).Select(_ => random.Uniform(-10, 10))];
        var (x, labels) = (new double[rows][], new int[rows]);
        for (int c = 0, i = 0; c < centres; c++)
        for (var k = 0; k < rows / centres + (c < rows % centres ? 1 : 0); k++, i++)
        {
            var across = random.Normal(centre[2 * c], 1);
            (x[i], labels[i]) = ([across, random.Normal(centre[2 * c + 1], 1)], c);
        }
        return Shuffled(x, labels, random);
    }

    /// <summary><c>make_circles(factor=0.8)</c>: class 0 outside, 1 inside.</summary>
    static (double[][], int[]) Circles(int rows, double noise, int seed)
    {
        var outer = SyntheticTables.Linspace(0, 2 * Math.PI, rows / 2, endpoint: false).Select(a => (double[])[Math.Cos(a), Math.Sin(a)]);
        var inner = SyntheticTables
            .Linspace(0, 2 * Math.PI, rows - rows / 2, endpoint: false)
            .Select(a => (double[])[Math.Cos(a) * 0.8, Math.Sin(a) * 0.8]);
        return Noisy([.. outer, .. inner], rows / 2, noise, seed);
    }

    /// <summary><c>make_moons</c>: two interleaving half circles.</summary>
    static (double[][], int[]) Moons(int rows, double noise, int seed)
    {
        var outer = SyntheticTables.Linspace(0, Math.PI, rows / 2, endpoint: true).Select(a => (double[])[Math.Cos(a), Math.Sin(a)]);
        var inner = SyntheticTables
            .Linspace(0, Math.PI, rows - rows / 2, endpoint: true)
            .Select(a => (double[])[1 - Math.Cos(a), 1 - Math.Sin(a) - 0.5]);
        return Noisy([.. outer, .. inner], rows / 2, noise, seed);
    }

    /// <summary>Circles, and a second pair of circles shifted by +3 in x1 with exchanged classes, drawn with twice the seed.</summary>
    static (double[][], int[]) TwoCircles(int rows, double noise, int seed)
    {
        var (left, leftLabels) = Circles(rows / 2, noise, seed);
        var (right, rightLabels) = Circles(rows - rows / 2, noise, 2 * seed);
        foreach (var point in right)
            point[0] += 3;
        return ([.. left, .. right], [.. leftLabels, .. rightLabels.Select(l => 1 - l)]);
    }

    static (double[][], int[]) Noisy(double[][] x, int outer, double noise, int seed)
    {
        var random = new NumpyRandom(seed);
        var (points, labels) = Shuffled(x, [.. x.Select((_, i) => i < outer ? 0 : 1)], random);
        foreach (var point in points)
            for (var d = 0; d < 2; d++)
                point[d] += random.Normal(0, noise);
        return (points, labels);
    }

    static (double[][], int[]) Shuffled(double[][] x, int[] labels, NumpyRandom random)
    {
        var order = random.Permutation(x.Length);
        return ([.. order.Select(i => x[i])], [.. order.Select(i => labels[i])]);
    }
}
