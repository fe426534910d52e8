using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Wordings;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Experiments;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class RewordingTests
{
    [Theory]
    [InlineData("paper", TaskKind.Classification, 1, "Given x1=", "which class is it? ###")]
    [InlineData("paper", TaskKind.Regression, 2, "For x1=", "the value is###")]
    [InlineData("names", TaskKind.Classification, 3, "If a = ", "then what is it?###")]
    [InlineData("names", TaskKind.Regression, 4, "Suppose a=", "name the number.###")]
    [InlineData("context", TaskKind.Classification, 2, "For a is ", "the class is###")]
    [InlineData("lift-mini", TaskKind.Classification, 5, "Row: <1:", " Type?###")]
    public void Opening_and_question_change_and_the_cells_stay(string name, TaskKind task, int number, string opening, string end)
    {
        var (_, table, schema, _) = TestStudies.Table(task);
        string Prompt(PromptTemplate template)
        {
            var learned = new LearningTask(table, schema, LiftLab.Engine.Tables.Splits.SplitMaker.Make(table, schema, 0));
            return TablePrompts.Fit(template, table, schema, learned.Split.Train, learned.Labels).Prompt(table, 0);
        }
        var template = PromptPresets.Named(name, task);
        var reworded = Prompt(Rewording.Of(template, number, task == TaskKind.Regression));
        Assert.StartsWith(opening, reworded, StringComparison.Ordinal);
        Assert.EndsWith(end, reworded, StringComparison.Ordinal);
        Assert.Equal(template, Rewording.Of(template, 0, false));
        Assert.Equal(LearningTask.OtherWordings, Rewording.Count);
    }

    public static TheoryData<string, TaskKind> Presets
    {
        get
        {
            var presets = new TheoryData<string, TaskKind>();
            foreach (var task in Enum.GetValues<TaskKind>())
            foreach (var template in PromptPresets.For(task))
                presets.Add(template.Name, task);
            return presets;
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_preset_has_different_wordings_that_end_with_the_mark(string name, TaskKind task)
    {
        var template = PromptPresets.Named(name, task);
        string[] texts =
        [
            .. Enumerable.Range(0, Rewording.Count + 1).Select(k => Rewording.Of(template, k, task == TaskKind.Regression).Text),
        ];
        Assert.Equal(texts.Length, texts.Distinct(StringComparer.Ordinal).Count());
        Assert.All(texts, t => Assert.EndsWith(Separators.Prompt, t, StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>(() => Rewording.Of(template, Rewording.Count + 1, false));
    }
}
