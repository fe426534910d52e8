using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// Writes answers along a tree of possible ones. The tree goes through the model in the prompts' own pass; an answer takes each token by
/// itself, from what the model gives at its place, and while its tokens stand in the tree the next place is computed already. No answer
/// depends on the tree: one that leaves it is finished elsewhere.
/// </summary>
sealed class DraftedAnswers(LanguageModel model, DraftTree tree, NextTokens next, int tokenBudget)
{
    /// <summary>
    /// Answers that are read together: enough for the head's full rate, and no more scores over the vocabulary than needed.
    /// </summary>
    const int ReadTogether = 256;

    /// <summary>
    /// Of so many answers one may leave the tree: its prompt is then computed again, which costs three times what an answer in the tree
    /// saves.
    /// </summary>
    const int OneMayLeaveOf = 3;

    /// <summary>Writes until every answer is done or has left the tree; gives up where too many leave.</summary>
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
            // the first pass is read by itself: it tells whether the answers are in the tree at all
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

    /// <param name="read">(entries · (1 + branches), D), of each entry its prompt's last token and the tree's.</param>
    /// <returns>How many left the tree before they were done.</returns>
    int Follow((UnfinishedAnswer Answer, int Entry)[] part, Tensor read)
    {
        var left = 0;
        var on = part.Select(p => (p.Answer, p.Entry, Node: -1)).ToList();
        while (on.Count > 0)
        {
            using var scope = NewDisposeScope();
            // answers to one prompt that have gone the same way read one vector
            var vectors = new Dictionary<long, int>();
            int[] which = [.. on.Select(o => Number(vectors, (long)o.Entry * (1 + tree.Branches.Count) + 1 + o.Node))];
            next.Take([.. on.Select(o => o.Answer)], read.index_select(0, tensor(vectors.Keys.ToArray(), device: model.Device)), which);
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
