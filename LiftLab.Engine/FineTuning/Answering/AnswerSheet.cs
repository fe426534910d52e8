using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Defines the candidate answers of a task and turns a distribution over them, or generated texts, into a prediction.</summary>
abstract class AnswerSheet(TablePrompts prompts)
{
    public static AnswerSheet Of(TablePrompts prompts) =>
        prompts.State.Task == TaskKind.Classification ? new ClassAnswers(prompts) : new NumberAnswers(prompts);

    protected TablePrompts Prompts => prompts;

    /// <summary>Whether the answers are a closed set, so that each can be scored.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>Answers used as drafts for generation (see <see cref="DraftTree"/>); null if there are too many.</summary>
    public abstract int[][]? Drafts(Tokenizer tokenizer);

    /// <summary>The answers that are scored, as token ids: whole labels with their end mark, or the first level of a number.</summary>
    public abstract int[][] Candidates(Tokenizer tokenizer);

    /// <summary>Length of the longest answer in tokens; a generated answer may be slightly longer.</summary>
    public abstract int LongestAnswer(Tokenizer tokenizer);

    /// <param name="shares">Probabilities of the candidates, in the order of <see cref="Candidates"/>.</param>
    public abstract Prediction FromDistribution(double[] shares);

    /// <summary>
    /// Combines one or more texts: classes by majority vote, numbers by their mean. Unreadable texts are ignored; if all are unreadable, so
    /// is the prediction.
    /// </summary>
    public Prediction FromTexts(IReadOnlyList<Generated> texts) =>
        FromRead([.. texts.Select(t => prompts.Read(t.Text, ""))], texts[0].Text) ?? new Prediction.Unreadable(texts[0].Text);

    /// <summary>Null if no answer is readable.</summary>
    protected abstract Prediction? FromRead(IReadOnlyList<Answer> answers, string text);

    /// <summary>Rescales probabilities by a temperature: p^(1/T), normalised to sum 1.</summary>
    public static double[] Tempered(double[] shares, double temperature)
    {
        if (temperature == 1)
            return shares;
        double[] raised = [.. shares.Select(p => Math.Pow(p, 1 / temperature))];
        var sum = raised.Sum();
        return [.. raised.Select(p => p / sum)];
    }

    /// <summary>
    /// Temperature in 0.4–4 that maximises the likelihood of the true classes, by grid search; 1 with fewer than 20 rows.
    /// </summary>
    public static double FitTemperature(IReadOnlyList<double[]> shares, IReadOnlyList<int> truth)
    {
        const int FewestRows = 20;
        if (shares.Count < FewestRows)
            return 1;
        double Loss(double t) => shares.Select((p, i) => -Math.Log(Math.Max(1e-12, Tempered(p, t)[truth[i]]))).Sum();
        return Enumerable.Range(-4, 11).Select(i => Math.Pow(4, i / 6.0)).MinBy(Loss);
    }

    /// <summary>Removes the end mark from a completion.</summary>
    protected static string Words(string completion) =>
        completion.EndsWith(Separators.Completion, StringComparison.Ordinal) ? completion[..^Separators.Completion.Length] : completion;
}
