using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Computes the exact log-probability of every label as the continuation of every prompt. The labels form one token tree behind the prompt;
/// the attention mask lets each token see only the prompt and its own ancestors, so one forward pass scores all labels. Shared prompt
/// prefixes are computed once.
/// </summary>
/// <param name="labels">Token ids of each label, including its end mark ("0@@@").</param>
/// <param name="tokenBudget">Maximum number of tokens in one forward pass.</param>
public sealed class LabelScorer(LanguageModel model, IReadOnlyList<int[]> labels, int tokenBudget = MemoryFit.MostAnswerTokens)
{
    /// <summary>
    /// Hidden states that pass through the head together: enough for its full throughput; more only need more memory for logits.
    /// </summary>
    const int ReadTogether = 256;

    readonly LabelTree tree = new(labels);

    /// <summary>log p(label | prompt) in nats: one array per prompt, in label order. The end mark is part of the label.</summary>
    public IReadOnlyList<double[]> Score(IReadOnlyList<int[]> prompts, CancellationToken cancel = default)
    {
        var scores = new double[prompts.Count][];
        var sorted = new SortedPrompts(prompts);
        using var frozen = no_grad();
        using var carried = new CarriedKeys(model.Config.Layers);
        var training = model.Training;
        model.Training = false;
        try
        {
            using var scope = NewDisposeScope();
            var waiting = new List<Tensor>();
            var (first, rows) = (0, 0);
            foreach (var pass in sorted.Passes(0, sorted.Count, tokenBudget, model, tree.Inner))
            {
                cancel.ThrowIfCancellationRequested();
                waiting.Add(model.Hidden(pass.Sequences, carried, pass.Next));
                rows += pass.Sequences.Rows;
                if (rows * pass.Sequences.ReadEach < ReadTogether && first + rows < sorted.Count)
                    continue;
                Read(waiting, sorted, first, scores);
                waiting.Clear();
                (first, rows) = (first + rows, 0);
            }
        }
        finally
        {
            model.Training = training;
        }
        return scores;
    }

    /// <summary>Probabilities of the labels, normalised over the labels (softmax of the scores).</summary>
    public static double[] Probabilities(double[] scores)
    {
        var top = scores.Max();
        var weights = scores.Select(s => Math.Exp(s - top)).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    /// <param name="hidden">(rows, 1 + inner nodes, D), the hidden states of one or more passes; row 0 is entry <paramref
    /// name="first"/>.</param>
    void Read(List<Tensor> hidden, SortedPrompts sorted, int first, double[][] scores)
    {
        using var scope = NewDisposeScope();
        var all = hidden.Count == 1 ? hidden[0] : cat(hidden, 0);
        var logits = model.Head(all).to(ScalarType.Float32);
        var logs = nn.functional.log_softmax(logits, -1).flatten(1); // (rows, (1+nodes)·V)
        var at = Upload.Of(tree.Edges.Select(e => (e.Node + 1L) * logits.shape[^1] + e.Token).ToArray(), model.Device);
        var edges = logs.index_select(1, at).cpu().data<float>().ToArray();
        for (var r = 0; r < all.shape[0]; r++)
        {
            var start = r * tree.Edges.Count;
            double[] sums = [.. tree.Ways.Select(way => way.Sum(edge => (double)edges[start + edge]))];
            foreach (var asker in sorted.Asked(first + r))
                scores[asker] = asker == sorted.Asked(first + r)[0] ? sums : [.. sums];
        }
        foreach (var part in hidden)
            part.Dispose();
    }
}
