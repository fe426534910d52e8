using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// The pretraining stream: each sequence is rows of one made-up table, one behind the other with their answers, until it is full. The
/// model learns to answer later rows from earlier ones. Nothing is kept: step n is made when it is asked for, from the seed alone.
/// </summary>
public sealed class SequencesOfTables(PretrainRecipe recipe, Tokenizer tokenizer) : BatchSource
{
    const int StepsBetweenValidations = 500;

    readonly TablePrior[] priors = [.. recipe.Stages.Select((s, i) => new TablePrior(s.Tables, recipe.Seed * 31 + i))];

    public override int StepsPerEpoch => Math.Max(1, Math.Min(StepsBetweenValidations, recipe.Steps));

    public override IReadOnlyList<TrainingRow> Rows(int step) =>
        [.. Enumerable.Range(0, recipe.BatchSize).Select(i => Sequence(Stage(step), (long)step * recipe.BatchSize + i))];

    /// <summary>The stage that a step belongs to, by the shares.</summary>
    public int Stage(int step)
    {
        var total = recipe.Stages.Sum(s => s.Share);
        double done = 0;
        for (var i = 0; i < recipe.Stages.Count; i++)
        {
            done += recipe.Stages[i].Share / total;
            if (step < done * recipe.Steps) return i;
        }
        return recipe.Stages.Count - 1;
    }

    /// <summary>One sequence; labels stand on the answers alone.</summary>
    /// <param name="number">Of the sequence in the stream.</param>
    public TrainingRow Sequence(int stage, long number)
    {
        var random = new Random(unchecked((int)(number * 2654435761 + recipe.Seed)));
        if (stage > 0 && random.NextDouble() < recipe.Rehearsal) stage = random.Next(stage);
        var limits = recipe.Stages[stage];
        var (table, schema) = priors[stage].Draw(number);
        var task = schema.Task == TaskKind.Classification ? ClassLabels.InOrder(table[schema.Target.Name].Cells) : [];
        int[] order = [.. Enumerable.Range(0, table.RowCount)];
        random.Shuffle(order);
        var prompts = TablePrompts.Fit(PromptPresets.LiftMini, table, schema, order, task);
        if (limits.Repeats > 0 && random.NextDouble() < limits.Repeats)
            order = random.GetItems(order[..Math.Min(order.Length, random.Next(2, 9))], 64);
        var (ids, labels) = (new List<int>(), new List<int>());
        foreach (var row in order)
        {
            var sample = prompts.Write(table, row);
            var example = TrainingRow.Completion(tokenizer.Encode(sample.Prompt), tokenizer.Encode(sample.Completion));
            if (ids.Count > 0 && ids.Count + example.Length > limits.SequenceTokens) break;
            ids.AddRange(example.Ids);
            labels.AddRange(example.Labels[..^1]); // the end mark is always the same: not worth the loss
            labels.Add(TrainingRow.Unlabelled);
        }
        return new([.. ids], [.. labels]);
    }
}
