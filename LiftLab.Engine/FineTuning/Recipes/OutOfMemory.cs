using LiftLab.Engine.Models.Memory;

namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>Recognises out-of-memory errors and advises what to change.</summary>
static class OutOfMemory
{
    public static bool Is(Exception? e) =>
        e is not null
        && (e is OutOfMemoryException || Is(e.InnerException) || Texts.Any(t => e.Message.Contains(t, StringComparison.OrdinalIgnoreCase)));

    /// <summary>What libtorch, cuBLAS, cuDNN, the C++ library and the systems say.</summary>
    static readonly string[] Texts =
    [
        "out of memory",
        "OutOfMemory",
        "can't allocate memory",
        "cannot allocate memory",
        "not enough memory",
        "_STATUS_ALLOC_FAILED",
        "bad_alloc",
    ];

    /// <summary>The settings of a plan that can still be changed, the cheapest first, as one sentence without a full stop.</summary>
    public static string Remedy(TrainingPlan plan, bool recomputed)
    {
        List<string> ways = [];
        if (plan.TokensAtOnce is null or > 512)
            ways.Add("use fewer tokens per forward pass (tokensAtOnce)");
        if (!recomputed)
            ways.Add("recompute layers (recompute always)");
        if (plan.Moments == OptimizerMemory.Adam)
            ways.Add("store the optimiser state in 8 bits (moments adam8)");
        if (FewerBits(plan.Frozen) is { } bits)
            ways.Add("store frozen weights in fewer bits " + bits);
        ways.Add("shorten the prompts or use a smaller model");
        return char.ToUpperInvariant(ways[0][0])
            + ways[0][1..]
            + string.Concat(ways.Skip(1).Select((w, i) => (i == ways.Count - 2 ? ", or " : ", ") + w));
    }

    /// <summary>The precision of a recipe's frozen weights; null if all weights are trained.</summary>
    public static Precision? Frozen(FineTune recipe) => recipe.Method == FineTuneMethod.Full ? null : recipe.Precision;

    /// <summary>The settings that store frozen weights in fewer bits than now, in brackets; null if there are none.</summary>
    /// <param name="now">Null if all weights are trained.</param>
    public static string? FewerBits(Precision? now) =>
        now switch
        {
            null => "(precision int8 or nf4, method lora)",
            Precision.Nf4 => null,
            Precision.Int8 => "(precision nf4)",
            _ => "(precision int8 or nf4)",
        };
}
