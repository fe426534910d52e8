using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

public sealed class SortedPromptsTests
{
    const string Examples = "x=<10> is low@@@x=<90> is high@@@x=<95> is high@@@";

    static int[][] Prompts(string beginning) =>
        [
            .. new[] { "x=<03>###", "a much longer x=<77>###", "x=<50>, y=<51>###", "x=<99>###" }.Select(p =>
                TinyModel.Tokenizer.Encode(beginning + p)
            ),
        ];

    [Fact]
    public void Equal_prompts_are_one_entry_and_each_shares_with_the_one_before()
    {
        var sorted = new SortedPrompts([
            [1, 2, 9],
            [1, 2],
            [1, 2, 3, 4],
            [1, 2],
            [7],
        ]);
        Assert.Equal(["1 2", "1 2 3 4", "1 2 9", "7"], Enumerable.Range(0, sorted.Count).Select(e => string.Join(' ', sorted.Ids(e))));
        Assert.Equal(["1 3", "2", "0", "4"], Enumerable.Range(0, sorted.Count).Select(e => string.Join(' ', sorted.Asked(e))));
        Assert.Equal([0, 2, 2, 0], Enumerable.Range(0, sorted.Count).Select(sorted.Known));
        Assert.Equal(6, sorted.DistinctTokens);
        Assert.Throws<ArgumentException>(() =>
            new SortedPrompts([
                [1],
                [],
            ])
        );
    }

    [Fact]
    public void A_prompt_with_many_askers_becomes_several_entries_each_with_a_token_of_its_own()
    {
        var sorted = new SortedPrompts(
            [
                [1, 2],
                [1, 2],
                [1, 2],
                [3],
            ],
            _ => 2
        );
        Assert.Equal(3, sorted.Count);
        Assert.True(sorted.Repeats(1));
        Assert.Equal([0, 1, 0], Enumerable.Range(0, sorted.Count).Select(sorted.Known));
    }

    [Theory]
    [InlineData("low,lower,high")]
    [InlineData("a")]
    public void Scores_equal_those_of_each_prompt_read_whole(string labels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModel.Create();
        int[][] tokens = [.. labels.Split(',').Select(l => TinyModel.Tokenizer.Encode(l + (labels.Length > 1 ? "@@@" : "")))];
        var prompts = Prompts(Examples);
        var scores = new LabelScorer(model, tokens, tokenBudget: 150).Score(prompts); // in several batches
        for (var p = 0; p < prompts.Length; p++)
        {
            var alone = new LabelScorer(model, tokens).Score([prompts[p]])[0];
            for (var l = 0; l < tokens.Length; l++)
                Assert.Equal(alone[l], scores[p][l], 1e-4);
        }
    }

    [Fact]
    public void Windows_reach_back_into_the_shared_part()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var plain = GptJ.Sized(TinyModel.Tokenizer.VocabularySize, 32, 2, 2, 8, 128);
        using var model = new LanguageModel(plain with { Windows = [null, 12] });
        new Initialisation(0.05).Apply(model, 4);
        int[][] tokens = [.. new[] { "low@@@", "lot@@@" }.Select(TinyModel.Tokenizer.Encode)];
        var prompts = Prompts(Examples);
        var scores = new LabelScorer(model, tokens).Score(prompts);
        for (var p = 0; p < prompts.Length; p++)
        {
            var alone = new LabelScorer(model, tokens).Score([prompts[p]])[0];
            for (var l = 0; l < tokens.Length; l++)
                Assert.Equal(alone[l], scores[p][l], 1e-4);
        }
    }

    [Fact]
    public void Written_answers_equal_those_of_each_prompt_read_whole()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        var prompts = Prompts(Examples);
        var generator = new AnswerGenerator(model, TinyModel.Tokenizer, tokenBudget: 200);
        var together = generator.Generate(prompts, new(MaxTokens: 6));
        for (var p = 0; p < prompts.Length; p++)
        {
            var alone = generator.Generate([prompts[p]], new(MaxTokens: 6))[0];
            Assert.Equal(alone.Text, together[p].Text);
            Assert.Equal(alone.LogProbability, together[p].LogProbability, 1e-4);
        }
    }

    [Fact]
    public void A_prompt_asked_many_times_is_computed_once_and_drawn_from_each_time()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        var prompt = TinyModel.Tokenizer.Encode("x=<50>###");
        int[][] prompts = [.. Enumerable.Repeat(prompt, 6), TinyModel.Tokenizer.Encode("longer x=<50>###")];
        Decoding decoding = new(8, 1, Seed: 3);
        string[] Ask(int budget) =>
            [.. new AnswerGenerator(model, TinyModel.Tokenizer, budget).Generate(prompts, decoding).Select(a => a.Text)];
        var together = Ask(10_000);
        Assert.Equal(Ask(1), together); // each alone
        Assert.True(together.Take(6).Distinct().Count() > 1);
    }
}
