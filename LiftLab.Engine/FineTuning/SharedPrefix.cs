using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning;

/// <summary>The beginning that all prompts have in common, gone through once: its keys and values serve every batch.</summary>
sealed class SharedPrefix : IDisposable
{
    readonly KeyValueCache cache;

    SharedPrefix(LanguageModel model, int[] tokens)
    {
        using var scope = NewDisposeScope();
        cache = new(model.Config.Layers, tokens.Length);
        model.Hidden(tensor(tokens.Select(t => (long)t).ToArray(), [1, tokens.Length], device: model.Device), cache: cache, last: 1);
    }

    public int Length => cache.Length;

    /// <summary>Null where the prompts have nothing in common that is worth a pass of its own. Call without gradients.</summary>
    public static SharedPrefix? Of(LanguageModel model, IReadOnlyList<int[]> prompts)
    {
        var length = CommonLength(prompts);
        return Worth(length, prompts.Count) ? new(model, prompts[0][..length]) : null;
    }

    /// <summary>Tokens at the beginning in which all prompts agree; each keeps one of its own, to be asked at.</summary>
    public static int CommonLength(IReadOnlyList<int[]> prompts)
    {
        if (prompts.Count < 2) return 0;
        var length = prompts.Min(p => p.Length) - 1;
        foreach (var prompt in prompts) length = Math.Min(length, prompt.AsSpan(0, Math.Max(0, length)).CommonPrefixLength(prompts[0]));
        return Math.Max(0, length);
    }

    // a copy of keys and values a row costs about as much as two tokens of it
    static bool Worth(int length, int prompts) => length >= 4 && (long)length * prompts >= 64;

    /// <summary>A cache for so many rows that begin with it.</summary>
    /// <param name="further">Most tokens a row will have behind the prefix.</param>
    public KeyValueCache Fork(int rows, int further) => cache.Fork(rows, cache.Length + further);

    public void Dispose() => cache.Dispose();
}
