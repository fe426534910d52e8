using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Prompts;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

public sealed class AnswerSheetTests
{
    static readonly AnswerSheet Classes = Sheet(SmallTables.Flowers, SmallTables.FlowerLabels);

    static readonly AnswerSheet Numbers = Sheet(
        SmallTables.Of(
            TaskKind.Regression,
            ("x", ColumnKind.Number, ["1.5", "2.5", "3.5", "4.5"]),
            ("y", ColumnKind.Number, ["10.5", "20.5", "30.5", "40.5"])
        ),
        []
    );

    static AnswerSheet Sheet((Table Table, Schema Schema) of, IReadOnlyList<string> labels) =>
        AnswerSheet.Of(
            TablePrompts.Fit(PromptPresets.Named("names", of.Schema.Task), of.Table, of.Schema, SmallTables.Rows(of.Table), labels)
        );

    static Generated[] Texts(params string[] texts) => [.. texts.Select(t => new Generated(t, true, 0))];

    [Fact]
    public void Texts_that_cannot_be_read_stay_unreadable()
    {
        Assert.Equal(new Prediction.Unreadable("who knows"), Classes.FromTexts(Texts("who knows", "")));
        Assert.Equal(new Prediction.Unreadable("who knows"), Numbers.FromTexts(Texts("who knows", "")));
    }

    [Fact]
    public void Readable_labels_vote_and_unreadable_ones_do_not_count()
    {
        var answer = Assert.IsType<Prediction.Answered>(Classes.FromTexts(Texts("?", "setosa@@@", "virginica@@@", "setosa@@@")));
        Assert.Equal(0, answer.Value);
        Assert.Equal(2 / 3.0, answer.Probabilities![0], 12);
        Assert.Null(((Prediction.Answered)Classes.FromTexts(Texts("setosa@@@"))).Probabilities);
    }

    [Fact]
    public void Readable_numbers_are_averaged_and_unreadable_ones_do_not_count()
    {
        var answer = Assert.IsType<Prediction.Answered>(Numbers.FromTexts(Texts("10@@@", "?", "14@@@")));
        Assert.Equal((12, 2.0), (answer.Value, answer.Deviation));
        Assert.Null(((Prediction.Answered)Numbers.FromTexts(Texts("10@@@"))).Deviation);
    }

    [Fact]
    public void Labels_are_a_closed_set_and_numbers_in_digits_are_not()
    {
        Assert.True(Classes.IsClosed);
        Assert.False(Numbers.IsClosed);
    }
}
