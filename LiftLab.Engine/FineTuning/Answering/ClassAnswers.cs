using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>Answers that are class labels.</summary>
sealed class ClassAnswers(TablePrompts prompts) : AnswerSheet(prompts)
{
    public override bool IsClosed => true;

    public override bool AreListed => true;

    public override IReadOnlyList<string> Texts => [.. Prompts.Completions.Select(c => Prompts.Template.Joint + c)];

    public override int LongestAnswer(AnswerTokens tokens) => tokens.LongestAnswer;

    public override Prediction FromDistribution(double[] shares)
    {
        var best = Array.IndexOf(shares, shares.Max());
        return new Prediction.Answered(best, shares, Text: Words(Prompts.Completions[best]));
    }

    protected override Prediction? FromRead(IReadOnlyList<Answer> answers, string text)
    {
        int[] votes = [.. answers.OfType<Answer.Class>().Select(c => c.Index)];
        if (votes.Length == 0)
            return null;
        var shares = new double[Prompts.State.Labels.Count];
        foreach (var vote in votes)
            shares[vote] += 1.0 / votes.Length;
        return new Prediction.Answered(Array.IndexOf(shares, shares.Max()), votes.Length > 1 ? shares : null, Text: text);
    }
}
