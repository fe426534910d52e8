using System.Globalization;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// Turns latent columns into realistic table columns: numbers of various scales and distributions, ordinals, named categories, empty cells.
/// </summary>
static class Surface
{
    static readonly string[][] Words =
    [
        ["no", "yes"],
        ["low", "medium", "high"],
        ["red", "green", "blue", "black", "white"],
        ["north", "south", "east", "west"],
        ["small", "large"],
        ["none", "some", "many"],
        ["A", "B", "C", "D", "E", "F"],
        ["never", "rarely", "often", "always"],
        ["bronze", "silver", "gold"],
        ["left", "right"],
        ["city", "town", "village"],
        ["soft", "firm", "hard", "solid"],
    ];

    static readonly string[] Names =
    [
        "length",
        "width",
        "height",
        "weight",
        "age",
        "dose",
        "rate",
        "level",
        "score",
        "depth",
        "speed",
        "index",
        "count",
        "area",
        "volume",
        "ratio",
        "grade",
        "size",
        "price",
        "load",
        "angle",
        "time",
        "power",
        "flow",
        "mass",
        "density",
        "income",
        "distance",
        "pressure",
        "output",
    ];

    /// <summary>A column name that is unique in its table.</summary>
    public static string Name(Random random, int index) => string.Create(CultureInfo.InvariantCulture, $"{random.Pick(Names)} {index + 1}");

    /// <param name="latent">Shape (rows); approximately standard normal.</param>
    public static (ColumnKind Kind, string[] Cells) Dress(Random random, double[] latent, bool mixed, double missing)
    {
        var (kind, cells) =
            mixed && random.Chance(0.5)
                ? random.Chance(0.5)
                    ? Ordinal(random, latent)
                    : Category(random, latent)
                : Number(random, latent);
        if (missing > 0)
            for (var i = 0; i < cells.Length; i++)
                if (random.Chance(missing))
                    cells[i] = "";
        return (kind, cells);
    }

    static (ColumnKind, string[]) Number(Random random, double[] latent)
    {
        var (scale, shift, bend) = (
            random.LogUniform(0.01, 1000),
            random.Chance(0.5) ? 0 : random.Normal() * 5,
            random.Chance(0.25) ? random.Uniform(0.3, 1.2) : 0
        );
        return (
            ColumnKind.Number,
            [.. latent.Select(v => (scale * (shift + (bend > 0 ? Math.Exp(bend * v) : v))).ToString("G6", CultureInfo.InvariantCulture))]
        );
    }

    static (ColumnKind, string[]) Ordinal(Random random, double[] latent)
    {
        var (step, shift) = (random.LogUniform(0.1, 1.5), random.Next(-2, 8));
        return (ColumnKind.Integer, [.. latent.Select(v => Math.Round(v / step + shift).ToString("F0", CultureInfo.InvariantCulture))]);
    }

    /// <summary>Bins the values and names each bin by a word; the order of the words is unrelated to the order of the bins.</summary>
    static (ColumnKind, string[]) Category(Random random, double[] latent)
    {
        var words = random.Pick(Words);
        var count = random.Next(2, words.Length + 1);
        string[] chosen = [.. random.Permutation(words.Length)[..count].Select(i => words[i])];
        double[] cuts = [.. Enumerable.Range(0, count - 1).Select(_ => 0.9 * random.Normal()).Order()];
        return (ColumnKind.Category, [.. latent.Select(v => chosen[cuts.Count(c => v > c)])]);
    }
}
