using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// An infinite, seeded stream of synthetic tables, the pretraining data of base models. It reads no files; a seed and number give the same
/// table on every machine.
/// </summary>
public sealed class TablePrior(PriorLimits limits, int seed)
{
    /// <summary>Names of the families of target functions.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. ScoreFunctions.Families.Select(f => f.Name)];

    /// <summary>Table <paramref name="number"/> of the stream, with its schema; the target is the last column.</summary>
    /// <param name="rowsFor">Returns the number of rows for a number of features; null to draw it within the limits.</param>
    public (Table Table, Schema Schema) Draw(long number, Func<int, int>? rowsFor = null)
    {
        var random = SeedStream.From(seed).At(number).Random();
        var p = random.SmallInteger(limits.MinFeatures, limits.MaxFeatures);
        var rows = rowsFor?.Invoke(p) ?? random.SmallInteger(limits.MinRows, limits.MaxRows);
        var regression = random.Chance(limits.Regression);
        var latent = FeatureSource.Draw(random, rows, p);
        string[] cells;
        ColumnKind kind;
        if (regression)
            (kind, cells) = (ColumnKind.Number, Numbers(random, latent));
        else
            (kind, cells) = Classes(random, latent);

        var mixed = random.Chance(limits.Mixed);
        var missing = random.Chance(limits.Missing) ? random.Uniform(0, 0.2) : 0;
        var irrelevant = random.Chance(0.3) ? random.Next(0, p / 2 + 1) : 0;
        var columns = new List<Column>(p + 1);
        var schema = new List<ColumnSchema>(p + 1);
        foreach (var j in random.Permutation(p))
        {
            // an irrelevant column: its values are shuffled among the rows
            double[] values = [.. latent.Select(r => r[j])];
            if (irrelevant-- > 0)
                random.Shuffle(values);
            var (columnKind, text) = Surface.Dress(random, values, mixed, missing);
            var name = Surface.Name(random, columns.Count);
            columns.Add(new(name, text));
            schema.Add(new(name, columnKind));
        }
        columns.Add(new("target", cells));
        schema.Add(new("target", kind, ColumnRole.Target));
        return (new("synthetic", columns), new(schema, regression ? TaskKind.Regression : TaskKind.Classification));
    }

    Func<Random, int, ScoreFunction> Family(Random random)
    {
        var allowed = ScoreFunctions.Families.Where(f => limits.Families.Count == 0 || limits.Families.Contains(f.Name)).ToArray();
        return allowed.Length > 0
            ? random.Pick(allowed).Draw
            : throw new ArgumentException(
                $"none of the families {string.Join(", ", limits.Families)} exists; the families are {string.Join(", ", Families)}"
            );
    }

    string[] Numbers(Random random, double[][] latent)
    {
        var f = Family(random)(random, latent[0].Length);
        double[] y = [.. latent.Select(row => f(Clamped(row)))];
        var deviation = Deviation(y);
        var noise = random.Chance(0.3) ? 0 : random.LogUniform(0.01, 0.5) * deviation;
        var (scale, shift) = (random.LogUniform(0.01, 1000) / deviation, random.Normal());
        return [.. y.Select(v => (scale * (v + noise * random.Normal()) + shift).ToString("G7", CultureInfo.InvariantCulture))];
    }

    (ColumnKind, string[]) Classes(Random random, double[][] latent)
    {
        var count = Math.Min(random.SmallInteger(2, Math.Max(2, limits.MaxClasses)), Math.Max(2, latent.Length / 3));
        var family = Family(random);
        var classes = random.Chance(0.35) ? Binned(random, latent, family, count) : Argmax(random, latent, family, count);
        var noise = random.NextDouble() * limits.LabelNoise * random.NextDouble();
        for (var i = 0; i < classes.Length; i++)
            if (random.Chance(noise))
                classes[i] = random.Next(count);
        var codes = random.Chance(limits.PermutedLabels) ? random.Permutation(10) : [.. Enumerable.Range(0, 10)];
        return (ColumnKind.Integer, [.. classes.Select(c => codes[c].ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Bins the values of one function near their quantiles.</summary>
    static int[] Binned(Random random, double[][] latent, Func<Random, int, ScoreFunction> family, int count)
    {
        var f = family(random, latent[0].Length);
        double[] y = [.. latent.Select(row => f(Clamped(row)))];
        double[] sorted = [.. y.Order()];
        double[] cuts =
        [
            .. Enumerable
                .Range(1, count - 1)
                .Select(c => sorted[(int)Math.Clamp(sorted.Length * (c + random.Uniform(-0.3, 0.3)) / count, 0, sorted.Length - 1)])
                .Order(),
        ];
        return [.. y.Select(v => cuts.Count(c => v > c))];
    }

    /// <summary>The class whose function has the largest value; a random offset per class makes some classes rare.</summary>
    static int[] Argmax(Random random, double[][] latent, Func<Random, int, ScoreFunction> family, int count)
    {
        ScoreFunction[] functions = [.. Enumerable.Range(0, count).Select(_ => family(random, latent[0].Length))];
        double[][] scores = [.. functions.Select(f => latent.Select(row => f(Clamped(row))).ToArray())];
        var offset = random.Chance(0.4) ? 0.6 : 0.15;
        for (var c = 0; c < count; c++)
        {
            var (mean, deviation, shift) = (scores[c].Average(), Deviation(scores[c]), offset * random.Normal());
            for (var i = 0; i < latent.Length; i++)
                scores[c][i] = (scores[c][i] - mean) / deviation + shift;
        }
        return [.. Enumerable.Range(0, latent.Length).Select(i => Enumerable.Range(0, count).MaxBy(c => scores[c][i]))];
    }

    static double[] Clamped(double[] row) => [.. row.Select(v => Math.Clamp(v, -4, 4))];

    static double Deviation(double[] y)
    {
        var mean = y.Average();
        return Math.Max(1e-6, Math.Sqrt(y.Average(v => (v - mean) * (v - mean))));
    }
}
