using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Writing;

/// <summary>
/// The log-probabilities of prompts' own tokens: one forward pass over texts of similar length, those that occur twice once. Padding is on
/// the right, where a causal model cannot see it.
/// </summary>
sealed class PromptScorer(LanguageModel model, TokenTexts texts)
{
    /// <summary>Tokens of one forward pass, padding included.</summary>
    const int TokensAtOnce = 2048;

    /// <summary>Logits that are in memory at the same time, in numbers.</summary>
    const long LogitsAtOnce = 16_000_000;

    public void Score(IReadOnlyList<GrowingText> asked, CancellationToken cancel)
    {
        var groups = asked.GroupBy(t => string.Join(',', t.Ids!), StringComparer.Ordinal).OrderBy(g => g.First().Ids!.Length).ToArray();
        for (var start = 0; start < groups.Length; )
        {
            cancel.ThrowIfCancellationRequested();
            var count = 1;
            while (start + count < groups.Length && (count + 1) * groups[start + count].First().Ids!.Length <= TokensAtOnce)
                count++;
            Score([.. groups[start..(start + count)].Select(g => g.ToArray())]);
            start += count;
        }
    }

    void Score(IReadOnlyList<GrowingText[]> batch)
    {
        using var scope = NewDisposeScope();
        var longest = batch.Max(g => g[0].Ids!.Length);
        var ids = new long[batch.Count * longest];
        for (var r = 0; r < batch.Count; r++)
        for (var t = 0; t < batch[r][0].Ids!.Length; t++)
            ids[r * longest + t] = batch[r][0].Ids![t];
        var hidden = model.Hidden(tensor(ids, [batch.Count, longest], device: model.Device)); // (B, T, D)
        for (var r = 0; r < batch.Count; r++)
        {
            var asked = batch[r];
            var top = asked.Max(t => t.Request.Top ?? 0);
            var places = Places(hidden[r], asked[0].Ids!, top);
            foreach (var text in asked)
            {
                var tokens = texts.Prompt(text);
                var before = text.Ids!.Length - tokens.Count; // tokens that the model puts before every text
                text.Prompt =
                [
                    .. tokens.Select(
                        (token, i) =>
                            i == 0
                                ? token
                                : token with
                                {
                                    Log = places[before + i].Log,
                                    Top = text.Request.Top is > 0 and var k ? [.. places[before + i].Top.Take(k)] : null,
                                }
                    ),
                ];
            }
        }
    }

    /// <summary>For each token but the first, what the model predicts at its place.</summary>
    (double Log, IReadOnlyList<RankedToken> Top)[] Places(Tensor hidden, int[] ids, int top)
    {
        var places = new (double, IReadOnlyList<RankedToken>)[ids.Length];
        var rows = (int)Math.Max(1, LogitsAtOnce / model.Config.VocabularySize);
        for (var start = 0; start < ids.Length - 1; start += rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(rows, ids.Length - 1 - start);
            var logs = nn.functional.log_softmax(model.Head(hidden.narrow(0, start, count)).to(ScalarType.Float32), -1); // (n, V)
            var next = tensor(ids.Skip(start + 1).Take(count).Select(i => (long)i).ToArray(), [count, 1], device: model.Device);
            var own = logs.gather(1, next).cpu().data<float>().ToArray();
            var ranked = top > 0 ? Ranking.Of(logs, top, texts) : null;
            for (var i = 0; i < count; i++)
                places[start + i + 1] = (own[i], ranked?[i] ?? []);
        }
        return places;
    }
}
