using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>The validation rows of a fit as token ids, shared by its members.</summary>
sealed class StackQuestions
{
    readonly LearningTask task;
    readonly AnswerSheet answers;
    readonly double[] targets;
    readonly Lazy<IReadOnlyList<int>?> right;

    /// <param name="rows">Rows that each validation predicts.</param>
    public StackQuestions(LearningTask task, TablePrompts prompts, Tokenizer tokenizer, int[] rows)
    {
        (this.task, answers, Rows) = (task, AnswerSheet.Of(prompts), rows);
        targets = [.. rows.Select(r => task.Targets[r])];
        string[] texts = [.. rows.Select(r => prompts.Prompt(task.Table, r))];
        var tokens = new AnswerTokens(tokenizer, texts.FirstOrDefault() ?? "", answers.Texts);
        Prompts = [.. texts.Select(tokens.Prompt)];
        Candidates = tokens.Answers;
        Examples = [.. rows.Select(r => PromptRows.Plain(prompts, tokenizer, task.Table, r))];
        right = new(FindRight);
    }

    public int[] Rows { get; }

    public AnswerSheet Answers => answers;

    /// <summary>The largest token id of prompts and answers.</summary>
    public int LargestId => Examples.Select(e => e.Ids.Max()).DefaultIfEmpty().Max();

    /// <summary>The prompts.</summary>
    public IReadOnlyList<int[]> Prompts { get; }

    /// <summary>The answers that are scored.</summary>
    public IReadOnlyList<int[]> Candidates { get; }

    /// <summary>Prompts with their right answers.</summary>
    public IReadOnlyList<TrainingRow> Examples { get; }

    /// <summary>
    /// For each row, the index of the candidate that is its whole right answer; null if candidates are only the beginnings of answers.
    /// </summary>
    public IReadOnlyList<int>? Right => right.Value;

    /// <summary>Mean cross-entropy of the right answers' tokens, in nats per token, where the candidates are whole answers.</summary>
    public double LossOf(double[][] scores) => -scores.Select((s, i) => s[Right![i]]).Sum() / Examples.Sum(e => (double)e.LabelCount);

    int[]? FindRight()
    {
        int[] found = [.. Examples.Select((e, i) => IndexOf(e.Ids.AsSpan(Prompts[i].Length)))];
        return found.Contains(-1) ? null : found;
    }

    int IndexOf(ReadOnlySpan<int> answer)
    {
        for (var c = 0; c < Candidates.Count; c++)
            if (answer.SequenceEqual(Candidates[c]))
                return c;
        return -1;
    }

    /// <param name="scores">Log-probabilities of the candidates, per row.</param>
    public Validation Judge(double[][] scores, double loss)
    {
        Prediction[] predictions = [.. scores.Select(s => answers.FromDistribution(LabelScorer.Probabilities(s)))];
        var (headline, rank) = task.Target.Validate(predictions, targets, loss);
        return new(loss, rank, headline is null ? null : task.Target.Headline.Name, headline);
    }

    /// <summary>
    /// Temperature of the labels' probabilities, fitted on the validation rows; 1 without rows; null where there are no classes.
    /// </summary>
    /// <param name="members">Probabilities per member and row, whose mean is the fit's.</param>
    public double? Temperature(IReadOnlyList<double[][]> members)
    {
        if (task.Labels.Count == 0)
            return null;
        if (members.Count == 0)
            return 1;
        double[][] mean =
        [
            .. members[0].Select((first, row) => first.Select((_, label) => members.Sum(m => m[row][label] / members.Count)).ToArray()),
        ];
        return AnswerSheet.FitTemperature(mean, [.. targets.Select(t => (int)t)]);
    }
}
