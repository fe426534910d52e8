namespace LiftLab.Engine.InContext;

/// <summary>One of the ways in which rows are put before the asked ones: an order of some features, codes for the classes, and one or several contexts.</summary>
/// <param name="Features">Indices into the table's features, in the order written.</param>
/// <param name="Codes">For each context the code of each class. Classes beyond ten share codes, others in each draw; a context of neighbours gives one of its own to each class in it as far as they go, and <see cref="None"/> to the others.</param>
/// <param name="Contexts">Training rows of each context, as indices into the training rows, in the order written.</param>
/// <param name="Centres">The training row that a context of neighbours is around; one for each context, or none where there is only one context.</param>
sealed record ContextDraw(int[] Features, IReadOnlyList<int[]> Codes, IReadOnlyList<int[]> Contexts, int[] Centres)
{
    /// <summary>Codes that the network was taught: the digits.</summary>
    public const int CodeCount = 10;

    /// <summary>The class has no code and no row in the context.</summary>
    public const int None = -1;

    /// <param name="number">Of the draw; the same seed and number give the same draw.</param>
    /// <param name="relevance">How much each feature says about the class: features are drawn in proportion; null for all alike.</param>
    public static ContextDraw Make(CodedRows coded, IReadOnlyList<int[]> train, int[] trainClasses, int classes, double[]? relevance, InContextSettings settings, int seed, int number)
    {
        var random = new Random(unchecked((seed * 92821) ^ (int)((uint)number * 2654435761u)));
        int[] features = [.. Ordered(random, coded.Features, relevance).Take(Math.Min(settings.Features, coded.MostFeatures))];
        var room = Math.Max(1, settings.Tokens / (coded.CellsOf(features.Length) + 3)); // "###", the code and "@@@" stand behind the features
        var codes = DrawCodes(random, classes);
        var order = Permutation(random, train.Count);
        if (train.Count <= room || !IsLocal(number, settings.Neighbours))
            return new(features, [codes], [[.. order.Take(room)]], []);
        int[] centres = [.. order.Take(Math.Min(settings.Centres, (int)Math.Ceiling(2.0 * train.Count / room)))];
        int[][] contexts = [.. centres.Select(centre => Neighbours(coded, train, centre, features, room, random))];
        return new(features, [.. contexts.Select(c => classes <= CodeCount ? codes : CodesWithin(random, [.. c.Select(r => trainClasses[r])], codes))], contexts, centres);
    }

    /// <summary>Spreads the share evenly over the draws.</summary>
    static bool IsLocal(int number, double share) => Math.Floor((number + 1) * share) > Math.Floor(number * share);

    static int[] Neighbours(CodedRows coded, IReadOnlyList<int[]> train, int centre, int[] features, int room, Random random)
    {
        int[] near = [.. Enumerable.Range(0, train.Count).OrderBy(i => coded.Distance(train[i], train[centre], features)).Take(room)];
        random.Shuffle(near);
        return near;
    }

    static int[] DrawCodes(Random random, int classes)
    {
        if (classes <= CodeCount) return Permutation(random, classes);
        var order = Permutation(random, classes);
        var codes = new int[classes];
        for (var i = 0; i < classes; i++) codes[order[i]] = i % CodeCount;
        return codes;
    }

    /// <summary>Codes for the classes in one context, each its own where there are enough.</summary>
    static int[] CodesWithin(Random random, int[] present, int[] shared)
    {
        int[] own = [.. present.Distinct()];
        if (own.Length > CodeCount) return shared;
        var codes = shared.Select(_ => None).ToArray();
        foreach (var (c, code) in own.Zip(Permutation(random, CodeCount))) codes[c] = code;
        return codes;
    }

    /// <summary>All features in an order drawn at random, those of greater relevance likely in front (Efraimidis and Spirakis 2006: the keys are exponential of rate relevance).</summary>
    static int[] Ordered(Random random, int count, double[]? relevance) => relevance is null ? Permutation(random, count)
        : [.. Enumerable.Range(0, count).Select(f => (Feature: f, Key: -Math.Log(1 - random.NextDouble()) / relevance[f])).OrderBy(f => f.Key).Select(f => f.Feature)];

    static int[] Permutation(Random random, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }
}
