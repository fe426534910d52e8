using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>How the next token of one text is drawn.</summary>
/// <param name="Temperature">0 or less: the most probable token.</param>
/// <param name="TopP">The drawn tokens together have this probability (0–1); 1 for all.</param>
/// <param name="Uniform">The random number of the draw, in [0, 1).</param>
readonly record struct TokenDraw(double Temperature, double TopP, double Uniform);

/// <summary>
/// Draws tokens where the logits are, so that two numbers per text leave the device instead of the whole vocabulary. The random numbers
/// come
/// from the texts' own streams, and the distribution is that of <see cref="TokenSampler"/> and <c>NucleusSampler</c>: equal random numbers
/// give equal tokens, up to rounding.
/// </summary>
static class DeviceSampling
{
    /// <param name="logits">(n, V)</param>
    /// <param name="draws">One per row.</param>
    /// <param name="topK">Draws from this many most probable tokens only; null for all.</param>
    /// <returns>Per row the token and its log-probability at temperature 1, in nats.</returns>
    public static (long[] Tokens, double[] Logs) Draw(Tensor logits, IReadOnlyList<TokenDraw> draws, int? topK = null)
    {
        int[] open = [.. Enumerable.Range(0, draws.Count).Where(i => !IsBounded(draws[i]))];
        if (open.Length == 0 || open.Length == draws.Count)
            return DrawAlike(logits, draws, topK);
        // bounded draws go through the tokens by probability, others by number: together a text's token would depend on its neighbours
        int[] bounded = [.. Enumerable.Range(0, draws.Count).Except(open)];
        var (tokens, logs) = (new long[draws.Count], new double[draws.Count]);
        foreach (var part in (int[][])[open, bounded])
        {
            using var scope = NewDisposeScope();
            var rows = logits.index_select(0, Upload.Of([.. part.Select(i => (long)i)], logits.device));
            var (drawn, own) = DrawAlike(rows, [.. part.Select(i => draws[i])], topK);
            for (var i = 0; i < part.Length; i++)
                (tokens[part[i]], logs[part[i]]) = (drawn[i], own[i]);
        }
        return (tokens, logs);
    }

    static bool IsBounded(TokenDraw draw) => draw.Temperature <= 0 || draw.TopP < 1;

    static (long[] Tokens, double[] Logs) DrawAlike(Tensor logits, IReadOnlyList<TokenDraw> draws, int? topK)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var wide = logits.to(ScalarType.Float64);
        double[] heats = [.. draws.Select(d => d.Temperature > 0 ? d.Temperature : 1)];
        double[] bounds = [.. draws.Select(d => d.Temperature > 0 ? d.TopP : 0)];
        long[] column = [draws.Count, 1];
        var weights = nn.functional.softmax(wide / Upload.Of(heats, column, logits.device), 1);
        // without limits the order of the vocabulary is kept, so that nothing is sorted
        var limited = topK is not null || bounds.Any(b => b < 1);
        Tensor? places = null;
        if (topK is { } k)
            (weights, places) = weights.topk((int)Math.Clamp(k, 1, weights.shape[1]), 1);
        else if (limited)
            (weights, places) = weights.sort(1, descending: true);
        if (bounds.Any(b => b < 1))
        {
            // a token counts while the tokens before it have not reached the bound; the first one always counts
            var before = weights.cumsum(1) - weights;
            var within = before.lt(Upload.Of(bounds, column, logits.device) * weights.sum(1, keepdim: true)).logical_or(before.IsZero());
            weights = weights * within;
        }
        var sums = weights.cumsum(1);
        var total = sums.narrow(1, sums.shape[1] - 1, 1);
        double[] uniforms = [.. draws.Select(d => d.Temperature > 0 ? d.Uniform : 0)];
        var at = searchsorted(sums, Upload.Of(uniforms, column, logits.device) * total, right: true);
        at = at.AtMost(sums.shape[1] - 1);
        var tokens = places is null ? at : places.gather(1, at);
        var logs = wide.gather(1, tokens) - wide.logsumexp(1, keepdim: true);
        var both = cat([tokens.to(ScalarType.Float64), logs], 1).cpu().data<double>().ToArray();
        return (
            [.. Enumerable.Range(0, draws.Count).Select(i => (long)both[2 * i])],
            [.. Enumerable.Range(0, draws.Count).Select(i => both[2 * i + 1])]
        );
    }
}
