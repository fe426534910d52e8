using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

/// <summary>Answers are tokenised with their prompt, in training as in prediction.</summary>
public sealed class AnswerTokensTests : IDisposable
{
    static readonly LearningTask Task = TwoGroups.Of(TaskKind.Classification);
    readonly string folder = Directory.CreateTempSubdirectory("answer-tokens-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static TablePrompts Prompts(PromptTemplate template) =>
        TablePrompts.Fit(template, Task.Table, Task.Schema, Task.Split.Train, Task.Labels);

    [Fact]
    public void A_blank_before_an_answer_is_not_doubled_where_a_tokenizer_puts_one_before_every_text()
    {
        var tokenizer = PrefixBlankTokenizer.Load(folder);
        var (prompt, answer) = tokenizer.EncodeTogether("When we have x1=0.5, What is this type? ###", " 0@@@");
        Assert.Equal(tokenizer.Encode("When we have x1=0.5, What is this type? ### 0@@@"), prompt.Concat(answer));
        Assert.Equal(2, answer.Length); // ▁0 and @@@
        Assert.Equal(3, tokenizer.Encode(" 0@@@").Length); // alone: ▁▁, 0, @@@
    }

    [Fact]
    public void Training_and_prediction_have_the_same_ids()
    {
        var tokenizer = PrefixBlankTokenizer.Load(folder);
        foreach (var template in (PromptTemplate[])[PromptPresets.PaperClassification, PromptPresets.NamesClassification])
        {
            var prompts = Prompts(template);
            var sheet = AnswerSheet.Of(prompts);
            var tokens = new AnswerTokens(tokenizer, prompts.Prompt(Task.Table, Task.Split.Test[0]), sheet.Texts);
            foreach (var row in Task.Split.Train.Take(8))
            {
                var trained = PromptRows.Plain(prompts, tokenizer, Task.Table, row);
                var target = (int)Task.Targets[row];
                Assert.Equal(trained.Ids, tokens.Prompt(prompts.Prompt(Task.Table, row)).Concat(tokens.Answers[target]));
                Assert.Equal(tokens.Answers[target], trained.Labels.Where(l => l != TrainingRow.Unlabelled));
                Assert.Equal(tokenizer.Encode(prompts.Prompt(Task.Table, row) + template.Joint + prompts.Completions[target]), trained.Ids);
            }
        }
    }

    [Fact]
    public void Tokens_that_span_the_end_of_the_prompt_belong_to_the_answers()
    {
        var tokenizer = PrefixBlankTokenizer.Load(folder); // merges # and +
        string[] answers = ["+@@@", "-@@@"];
        var tokens = new AnswerTokens(tokenizer, "a=1?###", answers);
        foreach (var (answer, ids) in answers.Zip(tokens.Answers))
        {
            int[] whole = [.. tokens.Prompt("a=1?###"), .. ids];
            Assert.Equal("a=1?###" + answer, tokenizer.Decode(whole));
            Assert.Equal(tokenizer.Encode("a=1?###" + answer), whole);
        }
    }

    [Fact]
    public void The_built_in_tokenizer_has_the_ids_of_both_apart()
    {
        var tokenizer = new ByteTokenizer(8);
        var (prompt, answer) = tokenizer.EncodeTogether("<1:07>AB###", "12@@@");
        Assert.Equal(tokenizer.Encode("<1:07>AB###"), prompt);
        Assert.Equal(tokenizer.Encode("12@@@"), answer);
    }
}
