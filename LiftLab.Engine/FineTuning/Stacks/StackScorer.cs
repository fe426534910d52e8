using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>
/// The exact log-probability of every label after every prompt, as <see cref="LabelScorer"/> computes it, for all models of a stack in one
/// pass. Each model has its own prompts and labels. The inputs are prepared once, because each validation asks the same prompts.
/// </summary>
sealed class StackScorer
{
    /// <summary>
    /// Tokens of one model in one pass. Independent of the number of models, so that a model's scores do not depend on the others.
    /// </summary>
    const int TokensAtOnce = 512;

    readonly ModelStack stack;
    readonly LabelTree[] trees;
    readonly int[][] order;
    readonly IReadOnlyList<IReadOnlyList<int[]>> prompts;
    readonly int nodes;
    readonly long[] edges;
    readonly int edgesEach;
    readonly List<Pass> passes = [];

    /// <param name="Positions">Null where <paramref name="Allowed"/> holds for all rows.</param>
    sealed record Pass(int First, int Rows, int Width, long[] Ids, long[] Positions, bool[] Allowed, int Shapes);

    /// <param name="prompts">Token ids of each model's prompts.</param>
    /// <param name="labels">Token ids of each model's labels, with their end mark.</param>
    public StackScorer(ModelStack stack, IReadOnlyList<IReadOnlyList<int[]>> prompts, IReadOnlyList<IReadOnlyList<int[]>> labels)
    {
        (this.stack, this.prompts) = (stack, prompts);
        var known = new Dictionary<IReadOnlyList<int[]>, LabelTree>(); // models of one fit have the same list
        trees = [.. labels.Select(l => known.TryGetValue(l, out var tree) ? tree : known[l] = new(l))];
        order = [.. prompts.Select(p => Enumerable.Range(0, p.Count).OrderBy(i => p[i].Length).ToArray())];
        nodes = trees.Max(t => t.Inner.Count);
        edgesEach = trees.Max(t => t.Edges.Count);
        var head = stack.Together.Linears.Last().Layer.Outputs;
        edges =
        [
            .. trees.SelectMany(
                (tree, m) =>
                    Enumerable
                        .Range(0, edgesEach)
                        .Select(e => e < tree.Edges.Count ? (tree.Edges[e].Node + 1L) * head + stack.Places(m)[tree.Edges[e].Token] : 0)
            ),
        ];
        var most = prompts.Max(p => p.Count);
        for (var first = 0; first < most; first += passes[^1].Rows)
            passes.Add(Prepared(first, most));
    }

    /// <summary>log p(label | prompt) in nats, per model, prompt and label.</summary>
    public double[][][] Score(CancellationToken cancel)
    {
        using var frozen = no_grad();
        double[][][] scores = [.. prompts.Select(p => new double[p.Count][])];
        foreach (var pass in passes)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var read = Edges(pass);
            for (var m = 0; m < stack.Count; m++)
            for (var r = 0; r < pass.Rows && pass.First + r < order[m].Length; r++)
            {
                var start = (m * pass.Rows + r) * edgesEach;
                scores[m][order[m][pass.First + r]] = [.. trees[m].Ways.Select(way => way.Sum(edge => (double)read[start + edge]))];
            }
        }
        return scores;
    }

    float[] Edges(Pass pass)
    {
        var (together, rows) = (stack.Together, stack.Count * pass.Rows);
        var device = together.Device;
        var plan = new AttentionPlan(
            Upload.Of(pass.Positions, [pass.Shapes, pass.Width], device),
            Upload.Of(pass.Allowed, [pass.Shapes, pass.Width, pass.Width], device),
            together.Dtype
        );
        var hidden = together.Hidden(Upload.Of(pass.Ids, [rows, pass.Width], device), plan, last: 1 + nodes);
        var logs = nn.functional.log_softmax(together.Head(hidden), -1).view(stack.Count, pass.Rows, -1);
        var at = Upload.Of(edges, [stack.Count, 1, edgesEach], device).expand(stack.Count, pass.Rows, edgesEach);
        return logs.gather(2, at).cpu().data<float>().ToArray();
    }

    Pass Prepared(int first, int most)
    {
        var longest = prompts.Max(p => p.Count == 0 ? 0 : p.Max(ids => ids.Length));
        var rows = Math.Clamp(TokensAtOnce / (longest + nodes), 1, most - first);
        int[] Ids(int m, int r) => first + r < order[m].Length ? prompts[m][order[m][first + r]] : [];
        var asked = Enumerable
            .Range(0, stack.Count)
            .SelectMany(m => Enumerable.Range(0, rows).Select(r => (Model: m, Ids: Ids(m, r))))
            .ToArray();
        var length = asked.Max(a => a.Ids.Length);
        var width = length + nodes;
        var ids = new long[asked.Length * width];
        for (var i = 0; i < asked.Length; i++)
        {
            var (model, prompt) = asked[i];
            for (var t = 0; t < prompt.Length; t++)
                ids[i * width + length - prompt.Length + t] = prompt[t];
            for (var b = 0; b < trees[model].Inner.Count; b++)
                ids[i * width + length + b] = trees[model].Inner[b].Token;
        }
        // usually all rows have the same shape: one mask then serves all
        var isOneShape = asked.All(a =>
            a.Ids.Length == length && trees[a.Model].Inner.Select(Shape).SequenceEqual(trees[0].Inner.Select(Shape))
        );
        var shapes = isOneShape ? asked[..1] : asked;
        var (positions, allowed) = (new long[shapes.Length * width], new bool[shapes.Length * width * width]);
        for (var i = 0; i < shapes.Length; i++)
            Place(
                shapes[i].Ids.Length,
                trees[shapes[i].Model].Inner,
                length,
                positions.AsSpan(i * width, width),
                allowed.AsSpan(i * width * width, width * width)
            );
        return new(first, rows, width, ids, positions, allowed, shapes.Length);
    }

    static (int Parent, int Depth) Shape(BranchToken branch) => (branch.Parent, branch.Depth);

    /// <param name="own">Length of the prompt.</param>
    /// <param name="length">Columns for prompts; shorter ones are padded on the left.</param>
    static void Place(int own, List<BranchToken> branches, int length, Span<long> positions, Span<bool> allowed)
    {
        var (width, start) = (positions.Length, length - own);
        for (var q = 0; q < width; q++)
        {
            var line = allowed[(q * width)..((q + 1) * width)];
            line[q] = true; // padding attends to itself
            if (q < start || q - length >= branches.Count)
                continue;
            positions[q] = q < length ? q - start : own - 1 + branches[q - length].Depth;
            line[start..Math.Min(q + 1, length)].Fill(true);
            for (var b = q - length; b >= 0; b = branches[b].Parent)
                line[length + b] = true;
        }
    }
}
