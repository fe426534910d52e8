using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Numeric answers: levels of the target's range, or decimal digits.</summary>
sealed class NumberAnswers(TablePrompts prompts) : AnswerSheet(prompts)
{
    /// <summary>Maximum number of tokens of a number written in digits, at most one token per character.</summary>
    const int MostDigits = 20;

    static readonly string[] Examples = [.. "0123456789-".Select(c => c.ToString())];

    public override bool IsClosed => Prompts.State.Target is not null;

    public override bool AreListed => false;

    public override IReadOnlyList<string> Texts =>
        IsClosed
            ? [.. Enumerable.Range(0, NumberFormat.Levels).Select(k => Prompts.Template.Joint + NumberFormat.Level(k))]
            : [.. Examples.Select(n => Prompts.Template.Joint + n)];

    public override int LongestAnswer(AnswerTokens tokens) => Prompts.State.Target is { } scale ? scale.Count + 2 : MostDigits;

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
