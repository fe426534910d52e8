using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// The pretraining stream: each sequence is rows of one made-up table, one behind the other with their answers, until it is full. The
/// model learns to answer later rows from earlier ones. Nothing is kept: step n is made when it is asked for, from the seed and the stage
/// alone.
/// </summary>
public sealed class SequencesOfTables(PretrainRecipe recipe, Tokenizer tokenizer) : BatchSource
{
    const int StepsBetweenValidations = 500;

    /// <summary>Steps that a stage lasts at least, and over which its loss is averaged.</summary>
    const int Memory = 100;

    /// <summary>Steps at a stage's start that say nothing yet.</summary>
    const int Settling = 30;

    /// <summary>Rows of a table, in multiples of those that neighbours are taken for.</summary>
    const double FewestTimes = 2,
        MostTimes = 16;

    /// <summary>Rows whose neighbours are tried.</summary>
    const int Attempts = 3;

    readonly TablePrior[] priors = [.. recipe.Stages.Select((s, i) => new TablePrior(s.Tables, recipe.Seed * 31 + i))];
    double entropyOfStep;
    int stageStart;

    public override int StepsPerEpoch => Math.Max(1, Math.Min(StepsBetweenValidations, recipe.Steps));

    /// <summary>The stage that the next step belongs to.</summary>
    public int Stage { get; private set; }

    /// <summary>
    /// Loss over the entropy of each sequence's own labels, a running mean within the stage. Below 1 the model learns from the rows before.
    /// </summary>
    public double LossRatio { get; private set; } = double.NaN;

    public override IReadOnlyList<TrainingRow> Rows(int step)
    {
        var count = Math.Max(1, recipe.TokensPerStep / recipe.Stages[Stage].SequenceTokens);
        TrainingRow[] rows = [.. Enumerable.Range(0, count).Select(i => Sequence(Stage, (long)step * recipe.TokensPerStep + i))];
        entropyOfStep = rows.Sum(Entropy) / Math.Max(1, rows.Sum(r => r.Labels.Count(l => l != TrainingRow.Unlabelled)));
        return rows;
    }

    public override void Observe(int step, double loss)
    {
        var ratio = loss / Math.Max(1e-3, entropyOfStep);
        if (step - stageStart >= Settling)
            LossRatio = double.IsNaN(LossRatio)
                ? ratio
                : LossRatio + (ratio - LossRatio) / Math.Min(Memory, step - stageStart - Settling + 1);
        if (Stage == recipe.Stages.Count - 1)
            return;
        var low = step - stageStart >= Memory && LossRatio < recipe.Stages[Stage].EndsBelow;
        if (low || step + 1 >= LastStep(Stage))
            (Stage, stageStart, LossRatio) = (Stage + 1, step + 1, double.NaN);
    }

    /// <summary>The step at which a stage ends at the latest.</summary>
    double LastStep(int stage) => recipe.Stages.Take(stage + 1).Sum(s => s.Share) / recipe.Stages.Sum(s => s.Share) * recipe.Steps;

    public override JsonObject? Save() =>
        new()
        {
            ["stage"] = Stage,
            ["stageStart"] = stageStart,
            ["lossRatio"] = double.IsNaN(LossRatio) ? null : LossRatio,
        };

    public override void Restore(JsonObject state) =>
        (Stage, stageStart, LossRatio) = (
            state["stage"]!.GetValue<int>(),
            state["stageStart"]!.GetValue<int>(),
            state["lossRatio"]?.GetValue<double>() ?? double.NaN
        );

    /// <summary>
    /// One sequence, exactly as long as its stage says unless the table has too few rows; labels stand on the answers alone.
    /// </summary>
    /// <param name="number">Of the sequence in the stream.</param>
    public TrainingRow Sequence(int stage, long number)
    {
        var random = SeedStream.From(recipe.Seed).Sequence(number).Random();
        var (tokens, repeats) = (recipe.Stages[stage].SequenceTokens, recipe.Stages[stage].Repeats);
        var drawn = stage > 0 && random.NextDouble() < recipe.Rehearsal ? random.Next(stage) : stage;
        // a row is its features, "###", the answer's token and "@@@"; one row more, which the cut below goes through
        int Room(int features) => tokens / ((tokenizer.LevelColumns > 0 ? tokenizer.LevelColumns : features) + 3) + 1;
        var times =
            recipe.Stages[drawn].Neighbours > 0 && random.NextDouble() < recipe.Stages[drawn].Neighbours
                ? random.LogUniform(FewestTimes, MostTimes)
                : 1;
        var (table, schema) = priors[drawn].Draw(number, p => (int)(times * Room(p)));
        int[] order = [.. Enumerable.Range(0, table.RowCount)];
        var target = Target.Of(schema, table[schema.Target.Name], order);
        var prompts = TablePrompts.Fit(PromptPresets.Coded, table, schema, order, target.Labels);
        if (repeats > 0 && random.NextDouble() < repeats)
            order = random.GetItems(order[..Math.Min(order.Length, random.Next(2, 9))], order.Length);
        int[] shown = [.. Enumerable.Range(0, schema.Features.Count)];
        random.Shuffle(shown);
        var coded = new CodedRows(prompts, tokenizer);
        if (times > 1)
            order = Neighbours(coded, table, shown, Room(shown.Length), random);
        var (ids, labels) = (new List<int>(tokens * 2), new List<int>(tokens * 2));
        foreach (var row in order)
        {
            int[] prompt =
                tokenizer.LevelColumns > 0
                    ? [.. coded.InOrder(coded.Of(table, row), shown), coded.QuestionMark]
                    : tokenizer.Encode(prompts.Prompt(table, row));
            var example = TrainingRow.Completion(prompt, tokenizer.Encode(prompts.Completion(table, row)));
            ids.AddRange(example.Ids);
            labels.AddRange(example.Labels.AsSpan(0, example.Length - 1)); // the end mark is always the same: not worth the loss
            labels.Add(TrainingRow.Unlabelled);
        }
        // cut in front: equal lengths need no padding, and rows are told apart by their distance from the end
        var surplus = Math.Max(0, ids.Count - tokens);
        return new([.. ids.Skip(surplus)], [.. labels.Skip(surplus)]);
    }

    /// <summary>
    /// Rows that are most like one of the table's, in any order. A few rows are tried, for some whose neighbours do not all have one
    /// answer.
    /// </summary>
    static int[] Neighbours(CodedRows coded, Table table, int[] shown, int room, Random random)
    {
        CodedCell[][] rows = [.. Enumerable.Range(0, table.RowCount).Select(r => coded.Of(table, r))];
        var answers = table.Columns[^1].Cells;
        var features = shown.Length > coded.MostFeatures ? shown[..coded.MostFeatures] : shown;
        int[] near = [];
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var centre = rows[random.Next(rows.Length)];
            near = [.. Enumerable.Range(0, rows.Length).OrderBy(r => coded.Distance(rows[r], centre, features)).Take(room)];
            if (near.Any(r => answers[r] != answers[near[0]]))
                break;
        }
        random.Shuffle(near);
        return near;
    }

    /// <summary>
    /// What the labels would cost, in nats and all together, to someone who knows how often each occurs in the sequence and nothing else.
    /// </summary>
    static double Entropy(TrainingRow row)
    {
        int[] labels = [.. row.Labels.Where(l => l != TrainingRow.Unlabelled)];
        return labels.GroupBy(l => l).Sum(g => -g.Count() * Math.Log((double)g.Count() / labels.Length));
    }
}
