using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// The pretraining data: each sequence contains consecutive rows of one synthetic table with their answers. The model learns to predict the
/// answers of later rows from earlier ones. Sequences are generated on demand; those of a step depend only on the seed, the stage and the
/// step.
/// </summary>
public sealed class SequencesOfTables(PretrainRecipe recipe, Tokenizer tokenizer) : BatchSource
{
    const int StepsBetweenValidations = 500;

    /// <summary>Minimum number of steps of a stage that ends by its loss, and the window of the loss average.</summary>
    const int Memory = 100;

    /// <summary>Steps at the start of a stage whose loss is ignored.</summary>
    const int Settling = 30;

    /// <summary>Size of the table from which neighbours are taken, as a multiple of the number of rows in the sequence.</summary>
    const double FewestTimes = 2,
        MostTimes = 16;

    /// <summary>Maximum number of rows whose neighbours are tried.</summary>
    const int Attempts = 3;

    readonly TablePrior[] priors = [.. recipe.Stages.Select((s, i) => new TablePrior(s.Tables, recipe.Seed * 31 + i))];
    double entropyOfStep;
    int stageStart;

    public override int StepsPerEpoch => Math.Max(1, Math.Min(StepsBetweenValidations, recipe.Steps));

    /// <summary>Index of the current stage, from 0.</summary>
    public int Stage { get; private set; }

    /// <summary>
    /// Loss divided by the entropy of the sequences' labels, as a running mean within the stage; NaN before the first value. Below 1 the
    /// model learns from previous rows.
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

    /// <summary>The latest step at which a stage ends.</summary>
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

    /// <summary>One sequence of the stage's length, or shorter if the table has too few rows; only the answers are labelled.</summary>
    /// <param name="number">Index of the sequence in the stream.</param>
    public TrainingRow Sequence(int stage, long number)
    {
        var random = SeedStream.From(recipe.Seed).Sequence(number).Random();
        var (tokens, repeats) = (recipe.Stages[stage].SequenceTokens, recipe.Stages[stage].Repeats);
        var drawn = stage > 0 && random.NextDouble() < recipe.Rehearsal ? random.Next(stage) : stage;
        // a row is its features, "###", the answer's token and "@@@"; one extra row, because the first one is truncated below
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
            labels.AddRange(example.Labels.AsSpan(0, example.Length - 1)); // no loss on the end mark, which is always the same
            labels.Add(TrainingRow.Unlabelled);
        }
        // truncate at the start: equal lengths need no padding, and rows are identified by their distance from the end
        var surplus = Math.Max(0, ids.Count - tokens);
        return new([.. ids.Skip(surplus)], [.. labels.Skip(surplus)]);
    }

    /// <summary>
    /// The rows nearest to a random row, shuffled. Tries up to <see cref="Attempts"/> rows to find neighbours that do not all have the same
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

    /// <summary>Total cross-entropy of the labels, in nats, under their relative frequencies in the sequence.</summary>
    static double Entropy(TrainingRow row)
    {
        int[] labels = [.. row.Labels.Where(l => l != TrainingRow.Unlabelled)];
        return labels.GroupBy(l => l).Sum(g => -g.Count() * Math.Log((double)g.Count() / labels.Length));
    }
}
