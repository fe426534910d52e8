using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning;

/// <summary>
/// The exact log-probability of every label as the continuation of every prompt. All labels hang on the prompt as one tree of tokens, each
/// seeing the prompt and its own beginning only, so that one forward pass scores all of them and the prompt is computed once. A beginning that all prompts share is computed once for all.
/// </summary>
/// <param name="labels">Token ids of each label with its end ("0@@@").</param>
/// <param name="tokenBudget">Most tokens in one pass.</param>
public sealed class LabelScorer(LanguageModel model, IReadOnlyList<int[]> labels, int tokenBudget = 8192)
{
    readonly LabelTree tree = new(labels);

    /// <summary>log p(label | prompt), in nats, one array per prompt in label order. The whole label counts, its end included.</summary>
    public IReadOnlyList<double[]> Score(IReadOnlyList<int[]> prompts, CancellationToken cancel = default)
    {
        var scores = new double[prompts.Count][];
        var order = Enumerable.Range(0, prompts.Count).OrderBy(i => prompts[i].Length).ToArray();
        using var frozen = no_grad();
        var training = model.Training;
        model.Training = false;
        try
        {
            using var shared = SharedPrefix.Of(model, prompts);
            for (var start = 0; start < order.Length;)
            {
                cancel.ThrowIfCancellationRequested();
                var count = 1;
                while (start + count < order.Length && (prompts[order[start + count]].Length + tree.Inner.Count) * (count + 1) <= tokenBudget) count++;
                Score(prompts, order.AsSpan(start, count), shared, scores);
                start += count;
            }
        }
        finally { model.Training = training; }
        return scores;
    }

    /// <summary>Shares of the labels in what the model gives to all of them together.</summary>
    public static double[] Probabilities(double[] scores)
    {
        var top = scores.Max();
        var weights = scores.Select(s => Math.Exp(s - top)).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    void Score(IReadOnlyList<int[]> prompts, ReadOnlySpan<int> chosen, SharedPrefix? shared, double[][] scores)
    {
        using var scope = NewDisposeScope();
        var (rows, nodes, before) = (chosen.Length, tree.Inner.Count, shared?.Length ?? 0);
        var width = prompts[chosen[^1]].Length - before; // the longest, as they are sorted
        var total = width + nodes;
        var ids = new long[rows * total];
        var lengths = new int[rows];
        for (var r = 0; r < rows; r++)
        {
            var prompt = prompts[chosen[r]].AsSpan(before);
            lengths[r] = prompt.Length;
            for (var t = 0; t < prompt.Length; t++) ids[r * total + width - prompt.Length + t] = prompt[t];
            for (var n = 0; n < nodes; n++) ids[r * total + width + n] = tree.Inner[n].Token;
        }
        var input = tensor(ids, [rows, total], device: model.Device);
        var padded = lengths[0] != width;
        using var cache = shared?.Fork(rows, total);
        var hidden = nodes == 0
            ? model.Hidden(input, padded ? Real(lengths, width) : null, cache, last: 1)
            : model.Hidden(input, Plan(lengths, width, before, padded), cache, last: nodes + 1);
        var logits = model.Head(hidden).to(ScalarType.Float32);
        var logs = nn.functional.log_softmax(logits, -1).reshape(rows, -1); // (rows, (1+nodes)·V)
        var at = tensor(tree.Edges.Select(e => (e.Node + 1L) * model.Config.VocabularySize + e.Token).ToArray(), device: model.Device);
        var edges = logs.index_select(1, at).cpu().data<float>().ToArray();
        for (var r = 0; r < rows; r++)
        {
            var start = r * tree.Edges.Count;
            scores[chosen[r]] = [.. tree.Ways.Select(way => way.Sum(edge => (double)edges[start + edge]))];
        }
    }

    Tensor Real(int[] lengths, int width)
    {
        var real = new long[lengths.Length * width];
        for (var r = 0; r < lengths.Length; r++) Array.Fill(real, 1, r * width + width - lengths[r], lengths[r]);
        return tensor(real, [lengths.Length, width], device: model.Device);
    }

    AttentionPlan Plan(int[] lengths, int width, int before, bool padded)
    {
        var nodes = tree.Inner.Count;
        var total = width + nodes;
        var seen = before + total;
        var rows = padded ? lengths.Length : 1;
        var positions = new long[rows * total];
        var allowed = new bool[rows * total * seen];
        for (var r = 0; r < rows; r++)
        {
            var start = width - lengths[r];
            for (var t = 0; t < width; t++)
            {
                positions[r * total + t] = before + Math.Max(0, t - start);
                var line = allowed.AsSpan((r * total + t) * seen, seen);
                if (t < start) line[before + t] = true; // padding looks at itself, for a softmax over something
                else
                {
                    line[..before].Fill(true);
                    line.Slice(before + start, t - start + 1).Fill(true);
                }
            }
            for (var n = 0; n < nodes; n++)
            {
                positions[r * total + width + n] = before + lengths[r] + tree.Inner[n].Depth - 1;
                var line = allowed.AsSpan((r * total + width + n) * seen, seen);
                line[..before].Fill(true);
                line.Slice(before + start, lengths[r]).Fill(true);
                for (var above = 0; above <= n; above++) line[before + width + above] = tree.IsAbove(above, n);
            }
        }
        return new(tensor(positions, [rows, total], device: model.Device), tensor(allowed, [rows, total, seen], device: model.Device), model.Dtype);
    }
}
