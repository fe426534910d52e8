using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

/// <summary>
/// Models of Llama's kind see their begin token once in front of every prompt, wherever prompts are asked, and may end an answer with their
/// own end of text.
/// </summary>
public sealed class BeginTokenTests : IDisposable
{
    static readonly LearningTask Task = TwoGroups.Of(TaskKind.Classification);
    static readonly FineTune Recipe = FineTunePresets.Paper with { Decode = DecodingMode.Labels };

    readonly string folder = SmallLlama.Write(Directory.CreateTempSubdirectory("small-llama-").FullName);
    readonly Tokenizer tokenizer;
    readonly TablePrompts prompts;

    public BeginTokenTests()
    {
        tokenizer = ModelByName.TokenizerOf(folder);
        prompts = TablePrompts.Fit(
            PromptPresets.Named("paper", TaskKind.Classification),
            Task.Table,
            Task.Schema,
            Task.Split.Train,
            Task.Labels
        );
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    LanguageModel Load() => ModelByName.Load(folder, device: CPU).Model;

    static void DemandOneBegin(int[] ids)
    {
        Assert.Equal(SmallLlama.Begin, ids[0]);
        Assert.Single(ids, id => id == SmallLlama.Begin);
    }

    [Fact]
    public void Rows_of_training_and_validation_have_it_once_and_are_not_taught_it()
    {
        var rows = new PromptRows(Task, prompts, tokenizer, Recipe, 1);
        TrainingRow[] seen = [.. rows.Rows(0), .. rows.Rows(7), PromptRows.Plain(prompts, tokenizer, Task.Table, Task.Split.Valid[0])];
        Assert.All(
            seen,
            row =>
            {
                DemandOneBegin(row.Ids);
                Assert.DoesNotContain(SmallLlama.Begin, row.Labels);
            }
        );
        var (longest, _) = RowLengths.Of(prompts, Task.Table, Task.Split.Train, tokenizer);
        Assert.Equal(Task.Split.Train.Max(r => PromptRows.Plain(prompts, tokenizer, Task.Table, r).Length), longest);
    }

    [Fact]
    public void Scores_and_a_shared_beginning_are_those_of_prompts_that_have_it_once()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var prompted = new PromptedModel(Load(), tokenizer, prompts, Recipe);
        int[] rows = [.. Task.Split.Test];
        int[][] asked = [.. rows.Select(r => (int[])[SmallLlama.Begin, .. tokenizer.Encode(prompts.Prompt(Task.Table, r))])];
        var sorted = new SortedPrompts(asked);
        Assert.All(Enumerable.Range(1, sorted.Count - 1), e => Assert.True(sorted.Known(e) > 1));
        int[][] labels = [.. prompts.Completions.Select(c => tokenizer.Encode(prompts.Template.Joint + c))];

        var shares = prompted.Distributions(Task.Table, rows);
        double[] Whole(int[] prompt) => LabelScorer.Probabilities([.. labels.Select(l => LogProbability(prompted.Model, prompt, l))]);
        var (with, without) = (asked.Select(Whole).ToArray(), asked.Select(p => Whole(p[1..])).ToArray());
        for (var i = 0; i < rows.Length; i++)
        for (var k = 0; k < labels.Length; k++)
            Assert.Equal(with[i][k], shares[i]![k], 1e-5);
        Assert.True(with.Zip(without).Max(p => Math.Abs(p.First[0] - p.Second[0])) > 1e-4); // it makes a difference
    }

    [Fact]
    public void Written_answers_are_those_to_prompts_that_have_it_once()
    {
        using var scope = NewDisposeScope();
        using var prompted = new PromptedModel(Load(), tokenizer, prompts, Recipe);
        int[] rows = [.. Task.Split.Test.Take(6)];
        var texts = prompted.Texts(Task.Table, rows, DecodingMode.Greedy, 0);
        var longest = 4 + prompts.Completions.Max(c => tokenizer.Encode(prompts.Template.Joint + c).Length);
        for (var i = 0; i < rows.Length; i++)
        {
            int[] asked = [SmallLlama.Begin, .. tokenizer.Encode(prompts.Prompt(Task.Table, rows[i]))];
            var alone = new AnswerGenerator(prompted.Model, tokenizer).Generate([asked], new(longest))[0];
            Assert.Equal(alone.Text, texts[i]![0].Text);
            Assert.Equal(alone.LogProbability, texts[i]![0].LogProbability, 1e-4);
        }
    }

    [Fact]
    public void Writing_stops_at_the_model_s_own_end_of_text_as_at_the_end_mark()
    {
        using var scope = NewDisposeScope();
        using var model = Load();
        model.SetTrainable(true);
        TrainingRow Row(string prompt, string answer) => TrainingRow.Completion(tokenizer.EncodePrompt(prompt), tokenizer.Encode(answer));
        TrainingRow[] rows = [Row("a###", "low</s>"), Row("b###", "high@@@")];
        Assert.Equal(SmallLlama.End, rows[0].Ids[^1]);
        new Trainer(model, new() { Epochs = 80, LearningRate = 1e-2 }, TimeProvider.System).Run(
            new ShuffledRows([.. Enumerable.Repeat(rows, 4).SelectMany(r => r)], 8, 3)
        );
        int[][] asked = [tokenizer.EncodePrompt("a###"), tokenizer.EncodePrompt("b###"), tokenizer.EncodePrompt("a###")];
        var answers = new AnswerGenerator(model, tokenizer).Generate(asked, new(MaxTokens: 20));
        Assert.Equal(["low", "high", "low"], answers.Select(a => a.Text));
        Assert.All(answers, a => Assert.True(a.Ended && a.LogProbability > -0.5));
        Assert.Equal("low", new AnswerGenerator(model, tokenizer).Generate(asked, new(MaxTokens: 20, Temperature: 1, TopK: 1))[0].Text);
    }

    static double LogProbability(LanguageModel model, int[] prompt, int[] label)
    {
        long[] ids = [.. prompt, .. label];
        var logs = nn.functional.log_softmax(model.Logits(tensor(ids, [1, ids.Length])), -1);
        return Enumerable.Range(0, label.Length).Sum(i => (double)logs[0, prompt.Length - 1 + i, label[i]].item<float>());
    }

    [Fact]
    public void A_row_that_is_too_long_for_the_context_is_unreadable_and_the_others_are_answered()
    {
        var data = LiftLab.Tests.Engine.Prompts.SmallTables.Of(
            TaskKind.Classification,
            ("text", ColumnKind.Text, ["a short text", new string('x', 400), "another text"]),
            ("kind", ColumnKind.Category, ["a", "b", "a"])
        );
        var written = TablePrompts.Fit(PromptPresets.NamesClassification, data.Table, data.Schema, [0, 2], ["a", "b"]);
        foreach (var decode in Enum.GetValues<DecodingMode>())
        {
            using var scope = NewDisposeScope();
            var recipe = Recipe with { Decode = decode };
            using var prompted = new PromptedModel(Load(), tokenizer, written, recipe);
            var answers = LiftLab.Engine.FineTuning.LiftPredictor.Ask([prompted], written, recipe, 1, data.Table, [0, 1, 2], default);
            Assert.Equal(prompted.TooLong, answers[1]);
            Assert.StartsWith("too long: ", prompted.TooLong.Text, StringComparison.Ordinal);
            Assert.All((int[])[0, 2], row => Assert.NotEqual<Prediction>(prompted.TooLong, answers[row]));
        }
    }
}
