using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Runs one context through the model once and then scores any number of query rows after it. A pass holds many query rows: each attends to
/// the context and itself, and has the positions that it would have as the only query.
/// </summary>
sealed class ContextScorer : IDisposable
{
    /// <summary>Tokens of query rows in one pass.</summary>
    const int Room = 512;

    readonly LanguageModel model;
    readonly KeyValueCache cache;
    readonly int length,
        room;

    /// <param name="context">Token ids of the rows with their answers.</param>
    /// <param name="longest">Tokens of the longest question.</param>
    public ContextScorer(LanguageModel model, int[] context, int longest)
    {
        (this.model, length, room) = (model, context.Length, Math.Max(Room, longest));
        cache = new(model.Config.Layers, length + room);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        model.Hidden(Upload.Of(Array.ConvertAll(context, id => (long)id), [1, length], model.Device), cache: cache, last: 1);
    }

    /// <summary>Probabilities of the answers, one array per question.</summary>
    /// <param name="answers">The token of each answer.</param>
    public double[][] Ask(IReadOnlyList<int[]> questions, int[] answers, CancellationToken cancel = default)
    {
        var shares = new double[questions.Count][];
        using var frozen = no_grad();
        for (var start = 0; start < questions.Count; )
        {
            cancel.ThrowIfCancellationRequested();
            var (count, tokens) = (0, 0);
            while (start + count < questions.Count && tokens + questions[start + count].Length <= room)
                tokens += questions[start + count++].Length;
            Ask(questions, start, count, tokens, answers, shares);
            start += count;
        }
        return shares;
    }

    void Ask(IReadOnlyList<int[]> questions, int start, int count, int tokens, int[] answers, double[][] shares)
    {
        using var scope = NewDisposeScope();
        var (ids, positions, ends) = (new long[tokens], new long[tokens], new long[count]);
        var allowed = new bool[tokens * (length + tokens)];
        var at = 0;
        for (var q = 0; q < count; q++)
        {
            var question = questions[start + q];
            for (var t = 0; t < question.Length; t++)
            {
                (ids[at + t], positions[at + t]) = (question[t], length + t);
                var line = (at + t) * (length + tokens);
                allowed.AsSpan(line, length).Fill(true);
                allowed.AsSpan(line + length + at, t + 1).Fill(true);
            }
            at += question.Length;
            ends[q] = at - 1;
        }
        var plan = new AttentionPlan(
            Upload.Of(positions, [1, tokens], model.Device),
            Upload.Of(allowed, [1, tokens, length + tokens], model.Device),
            model.Dtype
        );
        var hidden = model.Hidden(Upload.Of(ids, [1, tokens], model.Device), plan, cache)[0].index_select(0, Upload.Of(ends, model.Device));
        var logits = model.Head(hidden).to(ScalarType.Float32).index_select(1, Upload.Of(answers, model.Device));
        var flat = nn.functional.log_softmax(logits, -1).cpu().data<float>().ToArray();
        for (var q = 0; q < count; q++)
            shares[start + q] = LabelScorer.Probabilities([
                .. flat.AsSpan(q * answers.Length, answers.Length).ToArray().Select(v => (double)v),
            ]);
    }

    public void Dispose() => cache.Dispose();
}
