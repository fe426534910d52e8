using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

public sealed class AnswerGeneratorTests
{
    [Theory, InlineData("tiny-gptj"), InlineData("tiny-gpt2")]
    public void The_greedy_continuation_equals_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(name);
        using var model = ModelFolder.Load(golden.Folder);
        int[] prompt = [.. golden.Ids.narrow(0, 0, 1).data<long>().ToArray().Select(i => (int)i)];
        // ids below 97 are ASCII bytes, so the byte tokenizer can show them; a second, shorter prompt makes the first one's batch padded
        var answers = new AnswerGenerator(model, new ByteTokenizer()).Generate([prompt, prompt[3..]], new(MaxTokens: 12));
        Assert.Equal(golden.Greedy, answers[0].Text.Select(c => (int)c));
    }

    [Fact]
    public void A_trained_model_answers_and_stops()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Trainable();
        new Trainer(model, new() { Epochs = 15, LearningRate = 3e-3 }, TimeProvider.System).Run(
            new ShuffledRows(TinyModel.Rows(200), 16, 3)
        );
        int[][] prompts = [.. new[] { "x=<02>###", "value x=<95>###", "x=<97>###" }.Select(TinyModel.Tokenizer.Encode)];
        var generator = new AnswerGenerator(model, TinyModel.Tokenizer);
        var answers = generator.Generate(prompts, new(MaxTokens: 10));
        Assert.Equal(["low", "high", "high"], answers.Select(a => a.Text));
        Assert.All(answers, a => Assert.True(a.Ended && a.LogProbability > -1));
        var sampled = generator.Generate(prompts, new(MaxTokens: 10, Temperature: 0.5, TopK: 50));
        Assert.Equal(["low", "high", "high"], sampled.Select(a => a.Text));
    }

    [Fact]
    public void Samples_depend_on_the_seed_and_not_on_the_batch()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        int[][] prompts = [.. Enumerable.Range(0, 5).Select(i => TinyModel.Tokenizer.Encode($"x={SpecialForms.Level(i * 9)}###"))];
        string[] Sample(int seed, int budget) =>
            [.. new AnswerGenerator(model, TinyModel.Tokenizer, budget).Generate(prompts, new(8, 1, Seed: seed)).Select(a => a.Text)];
        Assert.Equal(Sample(1, 10_000), Sample(1, 20));
        Assert.NotEqual(Sample(1, 10_000), Sample(2, 10_000));
    }

    [Fact]
    public void Samples_of_a_part_are_those_of_the_whole()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        int[][] prompts = [.. Enumerable.Range(0, 6).Select(_ => TinyModel.Tokenizer.Encode("x=<07>###"))];
        var generator = new AnswerGenerator(model, TinyModel.Tokenizer);
        string[] all = [.. generator.Generate(prompts, new(8, 1)).Select(a => a.Text)];
        string[] part = [.. generator.Generate(prompts[2..5], new(8, 1), places: [2, 3, 4]).Select(a => a.Text)];
        Assert.Equal(all[2..5], part);
        Assert.True(all.Distinct().Count() > 1, "all draws are equal: the test shows nothing");
    }
}
