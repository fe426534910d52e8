using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
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

    /// <summary>
    /// Whether all answers are listed in <see cref="Texts"/>, so that they serve as drafts (see <see cref="DraftTree"/>).
    /// </summary>
    public abstract bool AreListed { get; }

    /// <summary>
    /// Answers as they follow a prompt: whole labels with their end mark, the first levels of a number, or examples of numbers in digits.
    /// </summary>
    public abstract IReadOnlyList<string> Texts { get; }

    /// <summary>
    /// Ascending ids of all tokens that an answer can contain. Of a closed set: those of the candidates (the levels are also the finer
    /// levels of a number) and of the end mark. Otherwise every token.
    /// </summary>
    public int[] Vocabulary(Tokenizer tokenizer) =>
        IsClosed
            ? [.. Texts.Append(Separators.Completion).SelectMany(tokenizer.Encode).Distinct().Order()]
            : [.. Enumerable.Range(0, tokenizer.VocabularySize)];

    /// <summary>Length of the longest answer in tokens; a generated answer may be slightly longer.</summary>
    public abstract int LongestAnswer(AnswerTokens tokens);

    /// <param name="shares">Probabilities of the answers, in the order of <see cref="Texts"/>.</param>
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
