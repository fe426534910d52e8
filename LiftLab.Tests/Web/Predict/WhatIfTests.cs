using Bunit;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Resident;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Engine.Runs.Asking;
using LiftLab.Web.Pages.Predict;

namespace LiftLab.Tests.Web.Predict;

/// <summary>The parts of the predict page that show answers, the question and the fields of a form.</summary>
public sealed class WhatIfTests : PageTest
{
    static readonly Target Two = Target.Of(TaskKind.Classification, ["high", "low"]);

    static ResidentAnswer.Rows Answer(params LearnerAnswers[] learners) => new(learners, [], null);

    static LearnerAnswers Of(string learner, RowAnswer answer, double? half = null) => new(learner, learner, [answer], half);

    [Fact]
    public void Answers_stand_side_by_side_with_what_they_were_before()
    {
        var table = Page.Render<AnswerTable>(p =>
            p.Add(t => t.Target, Two)
                .Add(t => t.Before, Answer(Of("lift", new(0, 0, [0.9, 0.1], null, "0")), Of("knn", new(0, 1, null, null, null))))
                .Add(t => t.Waiting, ["LIFT in context"])
                .Add(
                    t => t.Now,
                    Answer(
                        Of("lift", new(0, 1, [0.25, 0.75], null, "1")),
                        Of("knn", new(0, 1, null, null, null)),
                        Of("api", new(0, null, null, null, "I think it is low")),
                        new("gone", "gone", null, null, new("kept-deleted", "the kept models were deleted", "Fit them again."))
                    )
                )
        );
        var rows = table.FindAll("tbody tr");
        Assert.Equal("low", rows[0].QuerySelector("b")!.TextContent);
        Assert.Contains("was high", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("75 %", rows[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("was", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("unreadable: I think it is low", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("LIFT in context", rows[4].TextContent, StringComparison.Ordinal);
        Assert.Contains("no answer: the kept models were deleted", rows[3].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_has_its_interval()
    {
        var table = Page.Render<AnswerTable>(p =>
            p.Add(t => t.Target, Target.Of(TaskKind.Regression, []))
                .Add(t => t.Now, Answer(Of("linear", new(0, 12.5, null, null, null), 2)))
        );
        Assert.Contains("12.50", table.Markup, StringComparison.Ordinal);
        Assert.Contains("10.50 to 14.50", table.Markup, StringComparison.Ordinal);
        Assert.Contains("90 % interval", table.Find("thead").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_question_marks_its_cells_shows_codes_and_tokens_and_says_when_it_is_too_long()
    {
        AskedWords words = new(
            "a is <1:07>, b 2###",
            [new("a", 5, 6), new("b", 15, 1)],
            [new(1, 0, 5), new(2, 5, 6), new(3, 11, 4), new(4, 15, 1), new(5, 16, 3)],
            4
        );
        var view = Page.Render<QuestionView>(p =>
            p.Add(v => v.Words, words).Add(v => v.Cells, new Dictionary<string, string> { ["a"] = "1.5", ["b"] = "2" })
        );
        Assert.Equal(["<1:07>", "2"], view.FindAll("mark").Select(m => m.TextContent));
        Assert.Equal("a 1.5 is written <1:07>", view.Find(".written-cells li").TextContent.Trim());
        Assert.Contains("too long", view.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        view.FindAll("button").Single(b => b.TextContent == "Tokens").Click();
        Assert.Equal(["a␣is␣", "<1:07>", ",␣b␣", "2", "###"], view.FindAll(".question-tokens span").Select(s => s.TextContent));
        Assert.Equal("token 2, a", view.FindAll(".question-tokens span")[1].GetAttribute("title"));
    }

    [Fact]
    public async Task A_form_is_made_of_the_schema()
    {
        using var runs = new TestRuns();
        var learned =
            "size,colour,note,kind\n"
            + string.Concat(
                Enumerable.Range(0, 60).Select(i => $"{i % 13}.5,{(i % 3 == 0 ? "red" : "blue")},t{i},{(i % 2 == 0 ? "x" : "y")}\n")
            );
        var run = await AskedRun.LearnedAsync(runs, learned, "knn", "kind");
        var fields = FieldFacts.Of((await OpenRun.ReadAsync(run, default)).Task);
        Assert.Equal(["blue", "red"], fields.Single(f => f.Name == "colour").Options!);
        var size = fields.Single(f => f.Name == "size");
        Assert.Equal((0.5, 12.5, 0.1), (size.Range!.Low, size.Range.High, size.Range.Step));
        Assert.True(size.IsNumber);
    }
}
