using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>
/// The answers that a model is asked for: which texts are candidates, and what a distribution over them or generated texts predict.
/// </summary>
abstract class AnswerSheet(TablePrompts prompts)
{
    public static AnswerSheet Of(TablePrompts prompts) =>
        prompts.State.Task == TaskKind.Classification ? new ClassAnswers(prompts) : new NumberAnswers(prompts);

    protected TablePrompts Prompts => prompts;

    /// <summary>Whether the answers are a closed set, so that each can get a probability.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>Answers that generated text may be matched with token by token; null where there are too many.</summary>
    public abstract int[][]? Drafts(Tokenizer tokenizer);

    /// <summary>The answers that are scored: whole labels with their end mark, or the first level of a number.</summary>
    public abstract int[][] Candidates(Tokenizer tokenizer);

    /// <summary>Tokens of the longest answer; a generation may be a little longer.</summary>
    public abstract int LongestAnswer(Tokenizer tokenizer);

    /// <param name="shares">Probabilities of the candidates, in their order.</param>
    public abstract Prediction FromDistribution(double[] shares);

    /// <summary>
    /// One text, or several that vote (classes) or are averaged (numbers). Unreadable texts are left out; the prediction is unreadable
    /// where all are.
    /// </summary>
    public Prediction FromTexts(IReadOnlyList<Generated> texts) =>
        FromRead([.. texts.Select(t => prompts.Read(t.Text, ""))], texts[0].Text) ?? new Prediction.Unreadable(texts[0].Text);

    /// <summary>Null where no answer can be read.</summary>
    protected abstract Prediction? FromRead(IReadOnlyList<Answer> answers, string text);

    /// <summary>Probabilities with another temperature: p^(1/T), summing to 1 again.</summary>
    public static double[] Tempered(double[] shares, double temperature)
    {
        if (temperature == 1)
            return shares;
        double[] raised = [.. shares.Select(p => Math.Pow(p, 1 / temperature))];
        var sum = raised.Sum();
        return [.. raised.Select(p => p / sum)];
    }

    /// <summary>
    /// The temperature (0.4 to 4) at which the right classes have the highest likelihood; 1 with fewer than 20 rows.
    /// </summary>
    public static double FitTemperature(IReadOnlyList<double[]> shares, IReadOnlyList<int> truth)
    {
        const int FewestRows = 20;
        if (shares.Count < FewestRows)
            return 1;
        double Loss(double t) => shares.Select((p, i) => -Math.Log(Math.Max(1e-12, Tempered(p, t)[truth[i]]))).Sum();
        return Enumerable.Range(-4, 11).Select(i => Math.Pow(4, i / 6.0)).MinBy(Loss);
    }

    /// <summary>A completion without its end mark.</summary>
    protected static string Words(string completion) =>
        completion.EndsWith(Separators.Completion, StringComparison.Ordinal) ? completion[..^Separators.Completion.Length] : completion;
}
