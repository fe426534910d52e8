using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Generates answers along a tree of drafts, which is part of the forward pass of the prompts. Each token is chosen from the model's own
/// logits at its position; while the tokens follow the tree, the next logits are already computed. The answers do not depend on the tree:
/// <see cref="AnswerGenerator"/> finishes those that leave it.
/// </summary>
sealed class DraftedAnswers(LanguageModel model, DraftTree tree, NextTokens next, int tokenBudget)
{
    /// <summary>
    /// Answers whose logits are computed together: enough for full throughput of the head; more only need more memory for logits.
    /// </summary>
    const int ReadTogether = 256;

    /// <summary>
    /// Drafting is worthwhile if at most one in three answers leaves the tree: its prompt is computed again, which costs three times what
    /// an answer inside the tree saves.
    /// </summary>
    const int OneMayLeaveOf = 3;

    /// <summary>
    /// Generates until every answer is done or has left the tree; stops early if more than one in <see cref="OneMayLeaveOf"/> leaves it.
    /// </summary>
    public void Write(IReadOnlyList<UnfinishedAnswer> answers, CancellationToken cancel)
    {
        var sorted = new SortedPrompts([.. answers.Select(a => a.Context)]);
        using var carried = new CarriedKeys(model.Config.Layers);
        using var scope = NewDisposeScope();
        var waiting = new List<Tensor>();
        int first = 0,
            entries = 0,
            asked = 0,
            left = 0;
        foreach (var pass in sorted.Passes(0, sorted.Count, tokenBudget, model, tree.Branches))
        {
            cancel.ThrowIfCancellationRequested();
            waiting.Add(model.Hidden(pass.Sequences, carried, pass.Next));
            entries += pass.Sequences.Rows;
            // read the first pass alone: it shows early whether the answers follow the tree
            if (first > 0 && entries < ReadTogether && first + entries < sorted.Count)
                continue;
            using var read = waiting.Count == 1 ? waiting[0] : cat(waiting, 0);
            var places = Enumerable
                .Range(0, entries)
                .SelectMany(e => sorted.Asked(first + e).Select(i => (Answer: answers[i], Entry: e)))
                .ToArray();
            foreach (var part in places.Chunk(ReadTogether))
                left += Follow(part, read.flatten(0, 1));
            asked += places.Length;
            foreach (var part in waiting)
                part.Dispose();
            waiting.Clear();
            (first, entries) = (first + entries, 0);
            if (left * OneMayLeaveOf > asked)
                return;
        }
    }

    /// <param name="read">(entries · (1 + branches), D): per entry the hidden state of the last prompt token, then those of the tree's
    /// tokens.</param>
    /// <returns>Number of answers that left the tree before they were done.</returns>
    int Follow((UnfinishedAnswer Answer, int Entry)[] part, Tensor read)
    {
        var left = 0;
        var on = part.Select(p => (p.Answer, p.Entry, Node: -1)).ToList();
        while (on.Count > 0)
        {
            using var scope = NewDisposeScope();
            // answers to the same prompt at the same node share one vector
            var vectors = new Dictionary<long, int>();
            int[] which = [.. on.Select(o => Number(vectors, (long)o.Entry * (1 + tree.Branches.Count) + 1 + o.Node))];
            next.Take([.. on.Select(o => o.Answer)], read.index_select(0, Upload.Of(vectors.Keys.ToArray(), model.Device)), which);
            var further = new List<(UnfinishedAnswer Answer, int Entry, int Node)>();
            foreach (var (answer, entry, node) in on.Where(o => !o.Answer.IsDone))
                if (tree.Behind(node, answer.Tokens[^1]) is { } reached)
                    further.Add((answer, entry, reached));
                else
                    left++;
            on = further;
        }
        return left;
    }

    static int Number(Dictionary<long, int> numbers, long key)
    {
        if (!numbers.TryGetValue(key, out var number))
            numbers[key] = number = numbers.Count;
        return number;
    }
}
