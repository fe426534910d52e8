using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.InContext;

/// <summary>One random choice of context: an order of some features, codes for the classes, and one or several contexts.</summary>
/// <param name="Features">Indices into the table's features, in the order written.</param>
/// <param name="Codes">The answers of each context's rows.</param>
/// <param name="Contexts">Training rows of each context, as indices into the training rows, in the order written.</param>
/// <param name="Centres">The training row at the centre of each context of neighbours; empty if the draw has one context of random
/// rows.</param>
sealed record ContextDraw(int[] Features, IReadOnlyList<ContextCodes> Codes, IReadOnlyList<int[]> Contexts, int[] Centres)
{
    /// <param name="number">Number of the draw; the same seed and number give the same draw.</param>
    /// <param name="relevance">Relevance of each feature for the answer: features are drawn in proportion to it; null for equal
    /// chances.</param>
    public static ContextDraw Make(
        CodedRows coded,
        IReadOnlyList<CodedCell[]> train,
        ContextTargets targets,
        double[]? relevance,
        InContextSettings settings,
        int seed,
        int number
    )
    {
        var random = SeedStream.From(seed).Context(number).Random();
        int[] features = [.. Ordered(random, coded.Features, relevance).Take(Math.Min(settings.Features, coded.MostFeatures))];
        var room = Math.Max(1, settings.Tokens / (coded.CellsOf(features.Length) + 3)); // 3: "###", the code and "@@@" follow the features
        var codes = targets.Draw(random);
        var order = Permutation(random, train.Count);
        if (train.Count <= room || !IsLocal(number, settings.Neighbours))
        {
            int[] context = [.. order.Take(room)];
            return new(features, [codes(context, false)], [context], []);
        }
        int[] centres = [.. order.Take(Math.Min(settings.Centres, (int)Math.Ceiling(2.0 * train.Count / room)))];
        int[][] contexts = [.. centres.Select(centre => Neighbours(coded, train, centre, features, room, random))];
        return new(features, [.. contexts.Select(c => codes(c, true))], contexts, centres);
    }

    public void Keep(KeptWriter into)
    {
        into.Put("features", Features);
        into.Put("contexts", Contexts);
        into.Put("centres", Centres);
        into.Put<int>("codes", [.. Codes.Select(c => c.OfRows)]);
        into.Put<int>("used", [.. Codes.Select(c => c.Used)]);
        into.Put<double>("meaning", [.. Codes.Select(c => c.Meaning.SelectMany(m => m).ToArray())]);
    }

    /// <param name="width">Length of an answer.</param>
    public static ContextDraw Open(KeptReader from, int width)
    {
        var (ofRows, used, meaning) = (from.Rows<int>("codes"), from.Rows<int>("used"), from.Rows<double>("meaning"));
        return new(
            from.Array<int>("features"),
            [.. ofRows.Select((rows, i) => new ContextCodes(rows, used[i], [.. meaning[i].Chunk(width)]))],
            from.Rows<int>("contexts"),
            from.Array<int>("centres")
        );
    }

    /// <summary>Spreads the share evenly over the draws.</summary>
    static bool IsLocal(int number, double share) => Math.Floor((number + 1) * share) > Math.Floor(number * share);

    static int[] Neighbours(CodedRows coded, IReadOnlyList<CodedCell[]> train, int centre, int[] features, int room, Random random)
    {
        int[] near = [.. Enumerable.Range(0, train.Count).OrderBy(i => coded.Distance(train[i], train[centre], features)).Take(room)];
        random.Shuffle(near);
        return near;
    }

    /// <summary>
    /// All features in a random order in which more relevant features tend to come first (Efraimidis and Spirakis 2006: keys are
    /// exponentially distributed with the relevance as rate).
    /// </summary>
    static int[] Ordered(Random random, int count, double[]? relevance) =>
        relevance is null
            ? Permutation(random, count)
            :
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(f => (Feature: f, Key: -Math.Log(1 - random.NextDouble()) / relevance[f]))
                    .OrderBy(f => f.Key)
                    .Select(f => f.Feature),
            ];

    static int[] Permutation(Random random, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
