using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Numeric answers: levels of the target's range, or decimal digits.</summary>
sealed class NumberAnswers(TablePrompts prompts) : AnswerSheet(prompts)
{
    /// <summary>Maximum number of tokens of a number written in digits, at most one token per character.</summary>
    const int MostDigits = 20;

    public override bool IsClosed => Prompts.State.Target is not null;

    public override int[][]? Drafts(Tokenizer tokenizer) => null;

    public override int[][] Candidates(Tokenizer tokenizer) =>
        [.. Enumerable.Range(0, NumberFormat.Levels).Select(k => tokenizer.Encode(Prompts.Template.Joint + NumberFormat.Level(k)))];

    public override int LongestAnswer(Tokenizer tokenizer) => Prompts.State.Target is { } scale ? scale.Count + 2 : MostDigits;

    public override Prediction FromDistribution(double[] shares)
    {
        var scale = Prompts.State.Target!;
        double mean = 0,
            square = 0;
        for (var k = 0; k < shares.Length; k++)
        {
            var value = scale.Value([k]);
            mean += shares[k] * value;
            square += shares[k] * value * value;
        }
        return double.IsFinite(mean)
            ? Prediction.Number(mean, Math.Sqrt(Math.Max(0, square - mean * mean)), Words(Prompts.Completion(mean)))
            : Prediction.Number(mean);
    }

    protected override Prediction? FromRead(IReadOnlyList<Answer> answers, string text)
    {
        double[] numbers = [.. answers.OfType<Answer.Number>().Select(n => n.Value)];
        if (numbers.Length == 0)
            return null;
        var mean = numbers.Average();
        return Prediction.Number(mean, numbers.Length > 1 ? Math.Sqrt(numbers.Average(v => (v - mean) * (v - mean))) : null, text);
    }
}
