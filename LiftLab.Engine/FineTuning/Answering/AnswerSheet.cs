using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Turns what a model gave (a distribution, or texts) into predictions.</summary>
static class AnswerSheet
{
    /// <param name="shares">Probabilities of the classes, or of the coarsest levels.</param>
    public static Prediction FromDistribution(TablePrompts prompts, double[] shares)
    {
        if (prompts.State.Task == TaskKind.Classification)
        {
            var best = Array.IndexOf(shares, shares.Max());
            return new Prediction.Answered(best, shares, Text: Words(prompts.Completions[best]));
        }
        var scale = prompts.State.Target!;
        double mean = 0,
            square = 0;
        for (var k = 0; k < shares.Length; k++)
        {
            var value = scale.Value([k]);
            mean += shares[k] * value;
            square += shares[k] * value * value;
        }
        return new Prediction.Answered(
            mean,
            Deviation: Math.Sqrt(Math.Max(0, square - mean * mean)),
            Text: Words(prompts.Completion(mean))
        );
    }

    /// <summary>
    /// One text, or several that vote (classes) or are averaged (numbers). Unreadable ones do not count while one can be read.
    /// </summary>
    public static Prediction FromTexts(TablePrompts prompts, IReadOnlyList<Generated> texts)
    {
        Answer[] read = [.. texts.Select(t => prompts.Read(t.Text, ""))];
        if (prompts.State.Task == TaskKind.Classification)
        {
            int[] votes = [.. read.OfType<Answer.Class>().Select(c => c.Index)];
            if (votes.Length == 0)
                return new Prediction.Unreadable(texts[0].Text);
            var shares = new double[prompts.State.Labels.Count];
            foreach (var vote in votes)
                shares[vote] += 1.0 / votes.Length;
            return new Prediction.Answered(Array.IndexOf(shares, shares.Max()), votes.Length > 1 ? shares : null, Text: texts[0].Text);
        }
        double[] numbers = [.. read.OfType<Answer.Number>().Select(n => n.Value)];
        if (numbers.Length == 0)
            return new Prediction.Unreadable(texts[0].Text);
        var mean = numbers.Average();
        return new Prediction.Answered(
            mean,
            Deviation: numbers.Length > 1 ? Math.Sqrt(numbers.Average(v => (v - mean) * (v - mean))) : null,
            Text: texts[0].Text
        );
    }

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
    /// The temperature at which the right classes get the highest likelihood, of 0.4 to 4; 1 where there are too few rows to tell.
    /// </summary>
    public static double FitTemperature(IReadOnlyList<double[]> shares, IReadOnlyList<int> truth)
    {
        const int FewestRows = 20;
        if (shares.Count < FewestRows)
            return 1;
        double Loss(double t) => shares.Select((p, i) => -Math.Log(Math.Max(1e-12, Tempered(p, t)[truth[i]]))).Sum();
        return Enumerable.Range(-4, 11).Select(i => Math.Pow(4, i / 6.0)).MinBy(Loss);
    }

    static string Words(string completion) =>
        completion.EndsWith(Separators.Completion, StringComparison.Ordinal) ? completion[..^Separators.Completion.Length] : completion;
}
