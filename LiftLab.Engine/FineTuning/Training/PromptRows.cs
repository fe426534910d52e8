using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Training;

/// <summary>
/// A task's training rows as token sequences, reshuffled in each pass. If the recipe says so, column orders and noise are redrawn per row
/// and pass. The rows of a step depend only on the seed and the step's index.
/// </summary>
sealed class PromptRows : BatchSource
{
    /// <summary>
    /// Passes over small tables are grouped into one epoch of the trainer, so that there are at least this many steps between validations.
    /// </summary>
    const int FewestStepsBetweenValidations = 12;

    readonly LearningTask task;
    readonly TablePrompts prompts;
    readonly TablePrompts[] orders;
    readonly Tokenizer tokenizer;
    readonly FineTune recipe;
    readonly int seed,
        stepsPerPass;
    readonly double featureBlur,
        covariantBlur;
    readonly WrittenIds?[] plain;
    readonly int lost,
        joint;
    (int Pass, int[] Order) shuffled = (-1, []);
    int[]? lengths;
    CovariantNoise?[]? covariant;

    /// <param name="alike">Rows of the same task, prompts and recipe with another seed: their token ids are reused. Null for none.</param>
    public PromptRows(LearningTask task, TablePrompts prompts, Tokenizer tokenizer, FineTune recipe, int seed, PromptRows? alike = null)
    {
        (this.task, this.prompts, this.tokenizer, this.recipe, this.seed) = (task, prompts, tokenizer, recipe, seed);
        if (tokenizer.Levels > 0)
            (featureBlur, covariantBlur) = recipe.BlurFor(prompts.State.Features.Count);
        lost = tokenizer.Encode(CategoryCodes.Other)[0];
        orders = ColumnOrders.Of(prompts, recipe.ColumnOrders);
        joint = tokenizer.Encode(prompts.Template.Joint).Length;
        plain = alike?.plain ?? new WrittenIds?[task.Split.Train.Count];
        stepsPerPass = recipe.StepsPerPass(task.Split.Train.Count);
        Passes = recipe.EpochsFor(task.Split.Train.Count);
        PassesPerRound = Math.Clamp((FewestStepsBetweenValidations + stepsPerPass - 1) / stepsPerPass, 1, Passes);
        StepsPerEpoch = stepsPerPass * PassesPerRound;
    }

    /// <summary>Total passes over the training rows.</summary>
    public int Passes { get; }

    /// <summary>Passes over the training rows per epoch of the trainer.</summary>
    public int PassesPerRound { get; }

    public int Steps => stepsPerPass * Passes;

    /// <summary>The largest token id of all rows without noise, which does not leave a column's levels.</summary>
    public int LargestId => Enumerable.Range(0, plain.Length).Select(InTableOrder).Max(w => Math.Max(w.Ids.Max(), w.Answer.Max()));

    public override int StepsPerEpoch { get; }

    public override IReadOnlyList<TrainingRow> Rows(int step)
    {
        var (pass, at) = Math.DivRem(step, stepsPerPass);
        if (shuffled.Pass != pass)
        {
            shuffled = (pass, Order(SeedStream.From(seed).PromptOrder(pass).Random()));
        }
        var random = SeedStream.From(seed).PromptStep(step).Random();
        return [.. shuffled.Order.Skip(at * recipe.BatchSize).Take(recipe.BatchSize).Select(i => Row(i, random))];
    }

    /// <summary>
    /// Random order in which rows of similar length share a batch: rows are sorted by length within groups of <see
    /// cref="ShuffledRows.BatchesInStretch"/> batches, then the batches are shuffled. An incomplete batch stays last.
    /// </summary>
    int[] Order(Random random)
    {
        int[] order = [.. Enumerable.Range(0, plain.Length)];
        random.Shuffle(order);
        lengths ??= [.. Enumerable.Range(0, plain.Length).Select(i => InTableOrder(i).Ids.Length)];
        if (lengths.All(l => l == lengths[0]))
            return order;
        var batches = order
            .Chunk(recipe.BatchSize * ShuffledRows.BatchesInStretch)
            .SelectMany(part => part.OrderBy(i => lengths[i]).Chunk(recipe.BatchSize))
            .ToArray();
        var full = batches.Where(b => b.Length == recipe.BatchSize).ToArray();
        random.Shuffle(full);
        return [.. full.Concat(batches.Where(b => b.Length < recipe.BatchSize)).SelectMany(b => b)];
    }

    /// <summary>A row without noise, in table order.</summary>
    public static TrainingRow Plain(TablePrompts prompts, Tokenizer tokenizer, Table table, int row)
    {
        var example = prompts.Write(table, row);
        var (prompt, answer) = tokenizer.EncodeTogether(example.Prompt, prompts.Template.Joint + example.Completion);
        return TrainingRow.Completion(prompt, answer);
    }

    TrainingRow Row(int i, Random random)
    {
        var row = task.Split.Train[i];
        var order = orders.Length == 1 ? 0 : random.Next(orders.Length);
        var written = orders.Length == 1 ? prompts : orders[order];
        var asked = orders.Length == 1 ? InTableOrder(i) : Prompt(written, row);
        var ids = asked.Levels.Length > 0 ? Blurred(i, order, asked, random) : asked.Ids;
        if (recipe.CategoryDrop > 0)
            ids = [.. ids.Select((id, t) => asked.Codes[t] && random.NextDouble() < recipe.CategoryDrop ? lost : id)];
        var example = TrainingRow.Completion(ids, asked.Answer);
        if (prompts.State.Target is { } scale && recipe.AnswerBlur > 0 && tokenizer.Levels > 0)
            SoftenFirstLevel(example, ids.Length, scale, task.Targets[row], random);
        return example;
    }

    WrittenIds InTableOrder(int i) => plain[i] ??= Prompt(prompts, task.Split.Train[i]);

    WrittenIds Prompt(TablePrompts written, int row)
    {
        var completion = prompts.Template.Joint + prompts.Completion(task.Targets[row]);
        if (featureBlur == 0 && covariantBlur == 0 && recipe.CategoryDrop == 0)
        {
            var (plainIds, plainAnswer) = tokenizer.EncodeTogether(written.Prompt(task.Table, row), completion);
            return new(plainIds, [], [], plainAnswer);
        }
        var placed = written.PromptWithPlaces(task.Table, row);
        var (ids, answer) = tokenizer.EncodeTogether(placed.Text, completion);
        var tokens = CellTokens.Of(placed, tokenizer);
        var positions = Enumerable.Range(0, ids.Length);
        return new(
            ids,
            featureBlur == 0 && covariantBlur == 0 ? [] : [.. positions.Select(tokens.LevelOf)],
            [.. positions.Select(tokens.IsCode)],
            answer
        );
    }

    int[] Blurred(int i, int order, WrittenIds asked, Random random)
    {
        covariant ??= covariantBlur > 0 ? [.. (orders.Length == 1 ? [prompts] : orders).Select(Covariant)] : [null];
        var together = covariant[Math.Min(order, covariant.Length - 1)]?.Draw(i, covariantBlur, random);
        int[] blurred = [.. asked.Ids];
        for (var f = 0; f < blurred.Length; f++)
        {
            if (asked.Levels[f] is var level && level == CellTokens.NoLevel)
                continue;
            var shift = (featureBlur > 0 ? featureBlur * random.Normal() : 0) + (together?[f] ?? 0);
            // level ids of a column are consecutive
            blurred[f] += Math.Clamp(level + (int)Math.Round(shift), 0, tokenizer.Levels - 1) - level;
        }
        return blurred;
    }

    /// <summary>Null if prompts differ in length up to their last level: a position then does not identify a column.</summary>
    CovariantNoise? Covariant(TablePrompts written)
    {
        int[][] rows = [.. task.Split.Train.Select((row, i) => (written == prompts ? InTableOrder(i) : Prompt(written, row)).Levels)];
        // Texts of different length that follow the levels do not move them.
        if (rows.Any(r => r.Length != rows[0].Length))
            rows = [.. rows.Select(r => r[..(1 + Array.FindLastIndex(r, l => l != CellTokens.NoLevel))])];
        return rows[0].Length == 0 || rows.Any(r => r.Length != rows[0].Length)
            ? null
            : new(rows, [.. task.Split.Train.Select(row => task.Targets[row])], task.Kind == TaskKind.Classification);
    }

    /// <summary>
    /// Adds noise to the label of the first level, so that neighbouring levels get similar probabilities. The input ids are unchanged: the
    /// finer levels are predicted after the true first level.
    /// </summary>
    void SoftenFirstLevel(TrainingRow example, int promptLength, TargetScale scale, double target, Random random)
    {
        var level = scale.LevelsOf(target + recipe.AnswerBlur * scale.Step(1) * random.Normal())[0];
        example.Labels[promptLength + joint] = tokenizer.FirstLevelId + level;
    }

    /// <summary>A prompt as token ids.</summary>
    /// <param name="Levels"> Per token its level, or <see cref="CellTokens.NoLevel"/>; empty if no noise is added to levels. </param>
    /// <param name="Codes">Per token whether it is a category's code; empty if no noise is added.</param>
    /// <param name="Answer">The ids of the answer that follows this prompt.</param>
    readonly record struct WrittenIds(int[] Ids, int[] Levels, bool[] Codes, int[] Answer);
}
