using LiftLab.Engine.Models;

namespace LiftLab.Engine.FineTuning;

/// <summary>Memory ran out: how that is known, and what to change.</summary>
static class OutOfMemory
{
    public static bool Is(Exception? e) => e is not null && (e is OutOfMemoryException || Is(e.InnerException)
        || e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase));

    /// <summary>What is left to change in a plan, the cheapest first.</summary>
    public static string Remedy(TrainingPlan plan, bool recomputed)
    {
        List<string> ways = [];
        if (plan.TokensAtOnce is null or > 512) ways.Add("let fewer tokens through at once (tokensAtOnce)");
        if (!recomputed) ways.Add("recompute layers (recompute always)");
        if (plan.Moments == OptimizerMemory.Adam) ways.Add("keep moments in 8 bits (moments adam8)");
        ways.Add("store frozen weights in fewer bits (precision int8 or nf4, method lora)");
        ways.Add("shorten the prompts or take a smaller model");
        return char.ToUpperInvariant(ways[0][0]) + ways[0][1..] + string.Concat(ways.Skip(1).Select((w, i) => (i == ways.Count - 2 ? ", or " : ", ") + w));
    }
}
