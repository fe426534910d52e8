using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class AnswerReaderTests
{
    static TablePrompts Classes(ClassWording wording, params string[] labels)
    {
        var data = SmallTables.Of(TaskKind.Classification, ("x", ColumnKind.Number, ["1"]), ("y", ColumnKind.Category, [labels[0]]));
        return TablePrompts.Fit(PromptPresets.PaperClassification with { Classes = wording }, data.Table, data.Schema, [0], labels);
    }

    static TablePrompts Numbers(PromptTemplate template)
    {
        var data = SmallTables.Of(TaskKind.Regression, ("x", ColumnKind.Number, ["1", "2"]), ("y", ColumnKind.Number, ["0", "100"]));
        return TablePrompts.Fit(template, data.Table, data.Schema, [0, 1], []);
    }

    [Theory]
    [InlineData("1@@@", 1)]
    [InlineData(" 1 @@@ 2@@@", 1)]
    [InlineData("2", 2)]
    [InlineData("class 2 of three", 2)]
    [InlineData("1.0@@@", 1)]
    [InlineData("GOOD@@@", 2)]
    [InlineData("When we have x1=3.00, What is this type? ### 0@@@", 0)]
    public void Codes_are_read_tolerantly(string text, int expected) =>
        Assert.Equal(new Answer.Class(expected), Classes(ClassWording.Code, "acceptable", "bad", "good").Read(text));

    [Theory]
    [InlineData("7@@@")]
    [InlineData("@@@")]
    [InlineData("")]
    [InlineData("no idea")]
    [InlineData("1.5")]
    public void What_names_no_class_is_unreadable_and_keeps_its_text(string text) =>
        Assert.Equal(new Answer.Illegible(text), Classes(ClassWording.Code, "acceptable", "bad", "good").Read(text));

    [Theory]
    [InlineData("unacceptable@@@", 1)]
    [InlineData("Acceptable", 0)]
    [InlineData("@ unacceptable@@### acceptable", 1)]
    public void Names_are_read_whole(string text, int expected) =>
        Assert.Equal(new Answer.Class(expected), Classes(ClassWording.Label, "acceptable", "unacceptable").Read(text, "the prompt ###"));

    [Fact]
    public void Integer_labels_are_written_as_they_are()
    {
        var prompts = Classes(ClassWording.Code, "1", "2", "9");
        Assert.Equal(["1@@@", "2@@@", "9@@@"], prompts.Completions);
        Assert.Equal(new Answer.Class(2), prompts.Read("9@@@"));
        Assert.IsType<Answer.Illegible>(prompts.Read("0@@@"));
    }

    [Fact]
    public void The_known_prompt_is_taken_off_first() =>
        Assert.Equal(new Answer.Class(1), Classes(ClassWording.Code, "a", "b").Read("x1=0.00, 0@@@ ###1@@@", "x1=0.00, 0@@@ ###"));

    [Theory]
    [InlineData("-5.252@@@", -5.252)]
    [InlineData(" about 12.5 dollars", 12.5)]
    [InlineData("1e3@@@", 1000)]
    [InlineData(".5", 0.5)]
    public void Numbers_are_read_from_the_first_one(string text, double expected) =>
        Assert.Equal(new Answer.Number(expected), Numbers(PromptPresets.PaperRegression).Read(text));

    [Fact]
    public void Levels_are_read_as_far_as_they_go()
    {
        var prompts = Numbers(PromptPresets.LiftMini);
        var scale = prompts.State.Target!;
        Assert.Equal(new Answer.Number(scale.Value([50, 25])), prompts.Read("<50><25>@@@"));
        Assert.Equal(new Answer.Number(scale.Value([50])), prompts.Read("<50>@@@"));
        Assert.Equal(new Answer.Number(scale.Value([50, 25])), prompts.Read("<50><25><99>"));
        Assert.IsType<Answer.Illegible>(prompts.Read("50@@@"));
    }
}
