using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
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
        foreach (var group in batch)
            model.CheckIds(group[0].Ids);
        var ids = new long[batch.Count * longest];
        for (var r = 0; r < batch.Count; r++)
        for (var t = 0; t < batch[r][0].Ids!.Length; t++)
            ids[r * longest + t] = batch[r][0].Ids![t];
        var hidden = model.Hidden(Upload.Of(ids, [batch.Count, longest], model.Device)); // (B, T, D)
        var places = Places(hidden, [.. batch.Select(g => g[0].Ids!)], batch.Max(g => g.Max(t => t.Request.Top ?? 0)));
        for (var r = 0; r < batch.Count; r++)
            foreach (var text in batch[r])
                text.Prompt = Scored(text, places[r]);
    }

    IReadOnlyList<TextToken> Scored(GrowingText text, (double Log, IReadOnlyList<RankedToken> Top)[] places)
    {
        var tokens = texts.Prompt(text);
        var before = text.Ids!.Length - tokens.Count; // tokens that the model puts before every text
        return
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

    /// <summary>For each text and each of its tokens but the first, what the model predicts at its place.</summary>
    /// <param name="hidden">(B, T, D)</param>
    (double Log, IReadOnlyList<RankedToken> Top)[][] Places(Tensor hidden, int[][] ids, int top)
    {
        var length = (int)hidden.shape[1];
        // Where each prediction is in the flattened hidden states, and the token that it is compared with.
        (int Text, int Token)[] wanted =
        [
            .. ids.SelectMany((text, r) => Enumerable.Range(1, Math.Max(0, text.Length - 1)).Select(t => (r, t))),
        ];
        var places = ids.Select(text => new (double, IReadOnlyList<RankedToken>)[text.Length]).ToArray();
        var flat = hidden.flatten(0, 1);
        foreach (var part in wanted.Chunk((int)Math.Max(1, LogitsAtOnce / model.Config.VocabularySize)))
        {
            using var scope = NewDisposeScope();
            var rows = Upload.Of(part.Select(p => (long)p.Text * length + p.Token - 1).ToArray(), model.Device);
            var logs = nn.functional.log_softmax(model.Head(flat.index_select(0, rows)).to(ScalarType.Float32), -1); // (n, V)
            var next = Upload.Of(part.Select(p => (long)ids[p.Text][p.Token]).ToArray(), [part.Length, 1], model.Device);
            var own = logs.gather(1, next).cpu().data<float>().ToArray();
            var ranked = top > 0 ? Ranking.Of(logs, top, texts) : null;
            foreach (var (place, i) in part.Select((p, i) => (p, i)))
                places[place.Text][place.Token] = (own[i], ranked?[i] ?? []);
        }
        return places;
    }
}
