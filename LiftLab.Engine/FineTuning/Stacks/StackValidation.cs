using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>Validates all models of a stack together, each on its own rows.</summary>
/// <param name="questions">Per model. Each has at least one row.</param>
sealed class StackValidation(ModelStack stack, IReadOnlyList<StackQuestions> questions)
{
    /// <summary>Rows of one model in one forward pass for the loss.</summary>
    const int LossRows = 64;

    readonly StackScorer scorer = new(stack, [.. questions.Select(q => q.Prompts)], [.. questions.Select(q => q.Candidates)]);
    readonly TrainingRow[][][] examples = [.. questions.Select(q => q.Examples.OrderBy(e => e.Length).Chunk(LossRows).ToArray())];

    /// <returns>One result for each of the given models.</returns>
    public IReadOnlyList<Validation> Judge(IReadOnlyList<int> models, CancellationToken cancel)
    {
        var scores = scorer.Score(cancel);
        var losses = questions.All(q => q.Right is not null) ? questions.Select((q, m) => q.LossOf(scores[m])).ToArray() : Losses(cancel);
        return [.. models.Select(m => questions[m].Judge(scores[m], losses[m]))];
    }

    /// <summary>Probabilities of the candidates, per model and row.</summary>
    public double[][][] Shares(CancellationToken cancel) =>
        [.. scorer.Score(cancel).Select(rows => rows.Select(LabelScorer.Probabilities).ToArray())];

    double[] Losses(CancellationToken cancel)
    {
        using var frozen = no_grad();
        var (sums, counts) = (new double[stack.Count], new long[stack.Count]);
        for (var chunk = 0; chunk < examples.Max(e => e.Length); chunk++)
        {
            cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            TrainingRow[][] rows = [.. examples.Select(e => chunk < e.Length ? e[chunk] : [])];
            var means = StackBatch.Of(rows, stack).Losses(stack).cpu().data<float>().ToArray();
            for (var m = 0; m < stack.Count; m++)
            {
                var labels = rows[m].Sum(r => r.LabelCount);
                sums[m] += (double)means[m] * labels;
                counts[m] += labels;
            }
        }
        return [.. sums.Zip(counts, (sum, count) => sum / count)];
    }
}
