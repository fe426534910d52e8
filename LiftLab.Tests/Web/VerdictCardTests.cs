using Bunit;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Learning;
using LiftLab.Web.Pages.Run.Results;

namespace LiftLab.Tests.Web;

public sealed class VerdictCardTests : PageTest
{
    static RunFindings Found(LearningTask task, Prediction[] answers, params string[] notes)
    {
        var rows = task.Split.Test;
        var result = new LearnerResult("lift", "LIFT", null, ScoreSheet.Of(task, rows, answers, 1), 1, 1);
        var spec = new RunSpec("r", "r", DateTimeOffset.UnixEpoch, "table.csv", task.Schema, 0, 0, new("lift"), []);
        return new(
            new(null!, spec, task), // the card reads no file
            null,
            [new(result, [.. rows.Select((row, i) => RowAnswer.Of(row, answers[i]))])],
            null,
            notes
        );
    }

    [Fact]
    public void Notes_and_the_reason_for_a_missing_interval_are_shown()
    {
        var card = Page.Render<VerdictCard>(p => p.Add(x => x.Found, Found(ScoredRows.Numbers(3), ScoredRows.Answers(5), "A note.")));
        Assert.Contains("no interval: 1 row allows no 95 % interval; it needs 6", card.Markup, StringComparison.Ordinal);
        Assert.Contains("A note.", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_readable_number_there_is_no_headline_of_another_metric()
    {
        var card = Page.Render<VerdictCard>(p =>
            p.Add(x => x.Found, Found(ScoredRows.Numbers(3, 4), [new Prediction.Unreadable("?"), new Prediction.Unreadable("?")]))
        );
        Assert.Equal("–", card.Find(".big").TextContent);
        Assert.Contains("LIFT, rmse, no interval: no answer is readable", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rows_name_the_classes_of_answers()
    {
        var task = ScoredRows.Task(["setosa", "virginica", "virginica"], LiftLab.Engine.Tables.TaskKind.Classification);
        var card = Page.Render<RowsCard>(p =>
            p.Add(x => x.Found, Found(task, [new Prediction.Answered(0), new Prediction.Answered(0), new Prediction.Unreadable("7")]))
                .Add(x => x.RunId, "r")
        );
        Assert.Contains("setosa, correct", card.Markup, StringComparison.Ordinal);
        Assert.Contains("setosa, should be virginica", card.Markup, StringComparison.Ordinal);
        Assert.Contains("unreadable, should be virginica: 7", card.Markup, StringComparison.Ordinal);
    }
}
