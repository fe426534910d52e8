using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

public sealed class LabelScorerTests
{
    static readonly string[] Prompts = ["x=<03>###", "a much longer prompt x=<77>###", "x=<50>, y=<51>###", "x=<99>###"];

    [Theory]
    [InlineData("0,1,2")]
    [InlineData("low,lower,high,highest,1")]
    [InlineData("a")]
    public void Scores_equal_those_of_each_label_read_alone(string labels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModel.Create();
        int[][] tokens = [.. labels.Split(',').Select(l => TinyModel.Tokenizer.Encode(l + "@@@"))];
        int[][] prompts = [.. Prompts.Select(TinyModel.Tokenizer.Encode)];
        var scores = new LabelScorer(model, tokens).Score(prompts);
        for (var p = 0; p < prompts.Length; p++)
        for (var l = 0; l < tokens.Length; l++)
            Assert.Equal(Naive(model, prompts[p], tokens[l]), scores[p][l], 1e-4);
    }

    [Fact]
    public void Labels_of_one_token_are_read_from_the_prompt_alone()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModel.Create();
        int[][] prompts = [.. Prompts.Select(TinyModel.Tokenizer.Encode)];
        var scores = new LabelScorer(
            model,
            [
                [40],
                [41],
            ],
            tokenBudget: 12
        ).Score(prompts);
        for (var p = 0; p < prompts.Length; p++)
            Assert.Equal(Naive(model, prompts[p], [41]), scores[p][1], 1e-4);
    }

    [Fact]
    public void Probabilities_are_shares_of_the_labels()
    {
        var shares = LabelScorer.Probabilities([Math.Log(0.02), Math.Log(0.06)]);
        Assert.Equal(0.25, shares[0], 12);
        Assert.Equal(0.75, shares[1], 12);
    }

    [Fact]
    public void Equal_labels_are_refused() =>
        Assert.Throws<ArgumentException>(() =>
        {
            using var model = TinyModel.Create();
            _ = new LabelScorer(
                model,
                [
                    [1, 2],
                    [1, 2],
                ]
            );
        });

    static double Naive(LanguageModel model, int[] prompt, int[] label)
    {
        long[] ids = [.. prompt, .. label];
        var logs = nn.functional.log_softmax(model.Logits(tensor(ids, [1, ids.Length])), -1);
        return Enumerable.Range(0, label.Length).Sum(i => (double)logs[0, prompt.Length - 1 + i, label[i]].item<float>());
    }
}
