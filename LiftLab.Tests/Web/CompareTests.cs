using Bunit;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Pages.Compare;
using LiftLab.Web.Storage;

namespace LiftLab.Tests.Web;

public sealed class CompareTests : PageTest
{
    static readonly Schema Classes = new(
        [new("a", ColumnKind.Number), new("class", ColumnKind.Category, ColumnRole.Target)],
        TaskKind.Classification
    );
    static readonly Schema Numbers = new(
        [new("a", ColumnKind.Number), new("y", ColumnKind.Number, ColumnRole.Target)],
        TaskKind.Regression
    );

    static ComparedRun Run(
        string id,
        string data,
        string key,
        double lift,
        double tree,
        int split = 0,
        string epochs = "10",
        Schema? schema = null,
        string? rows = null
    )
    {
        schema ??= Classes;
        var row = new RunRow
        {
            Id = id,
            Name = id,
            DatasetName = data,
            Task = schema.Task,
            Target = schema.Target.Name,
            Learner = "lift",
            CreatedUtc = DateTime.UnixEpoch.AddMinutes(id[0]),
        };
        var spec = new RunSpec(id, id, DateTimeOffset.UnixEpoch, "table.csv", schema, split, 0, new("lift"), [new("tree")]);
        var report = new RunReport(
            id,
            id,
            schema.Task,
            schema.Target.Name,
            [],
            new(80, 10, 30),
            MadeUp.Result("lift", "LIFT", lift),
            [MadeUp.Result("tree", "Decision tree", tree)],
            new("", []),
            new(0, 0, 0, 0, 0, 0, 0),
            null,
            null,
            false
        );
        return new(row, spec, report, key, rows ?? key, new Dictionary<string, string> { ["recipe.epochs"] = epochs });
    }

    [Fact]
    public void Runs_on_two_tables_become_two_data_sets_and_splits_are_kept_apart()
    {
        var compared = RunComparison.Of(
            [Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .94, .8, split: 1), Run("c", "wine", "k2", .7, .75)],
            [],
            null
        );
        var study = compared.Study(compared.Headline);
        Assert.Equal(["iris", "wine"], study.Data.Select(d => d.Name));
        Assert.Equal(["LIFT", "Decision tree"], study.Learners);
        Assert.Equal(2, study.Scores[0][0].Count);
        Assert.Equal(.92, study.Mean(0, 0)!.Value, 12);
    }

    [Fact]
    public void Another_task_is_left_out_with_its_reason_and_other_rows_count_as_another_data_set()
    {
        var compared = RunComparison.Of(
            [Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k9", .9, .8), Run("c", "prices", "k3", .9, .8, schema: Numbers)],
            ["d: it has not finished."],
            null
        );
        Assert.Equal(2, compared.LeftOut.Count);
        Assert.Contains("it is regression, and the others are classification", compared.LeftOut[1], StringComparison.Ordinal);
        Assert.Contains(compared.Notes, n => n.Contains("cannot be compared row by row", StringComparison.Ordinal));
        Assert.Equal(["iris (1)", "iris (2)"], compared.Study(compared.Headline).Data.Select(d => d.Name));
    }

    [Fact]
    public void Two_settings_on_one_split_are_two_learners_unless_asked_otherwise()
    {
        ComparedRun[] runs = [Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .7, .8, epochs: "2")];
        var apart = RunComparison.Of(runs, [], null);
        Assert.Equal(["LIFT A", "LIFT B", "Decision tree"], apart.Study(apart.Headline).Learners);
        Assert.Equal(("recipe.epochs", "10", "2"), (apart.Differing[0].Path, apart.Differing[0].Values[0], apart.Differing[0].Values[1]));
        var one = RunComparison.Of(runs, [], apart: false);
        Assert.Equal(["LIFT", "Decision tree"], one.Study(one.Headline).Learners);
        Assert.Contains(one.Notes, n => n.Contains("count as one learner", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_that_never_met_on_a_split_are_one_learner_over_the_data_sets()
    {
        var compared = RunComparison.Of([Run("a", "iris", "k1", .9, .8), Run("b", "wine", "k2", .7, .8, epochs: "2")], [], null);
        Assert.Equal(["LIFT", "Decision tree"], compared.Study(compared.Headline).Learners);
    }

    [Fact]
    public void The_table_has_the_best_in_bold_the_spread_and_the_mean_rank()
    {
        var compared = RunComparison.Of(
            [Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .94, .8, split: 1), Run("c", "wine", "k2", .7, .75)],
            [],
            null
        );
        var study = compared.Study(compared.Headline);
        var verdict = StudyVerdict.Of(study, 0);
        var table = Page.Render<StudyTable>(p =>
            p.Add(x => x.Study, study).Add(x => x.Friedman, verdict.Friedman).Add(x => x.Ranked, verdict.Ranked).Add(x => x.Subject, 0)
        );
        var lift = table.FindAll("tbody tr").Single(r => r.QuerySelector("th")!.TextContent == "LIFT");
        Assert.Contains("92.0", lift.QuerySelector("td.best")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("± 2.8", lift.TextContent, StringComparison.Ordinal);
        Assert.EndsWith("1.50", lift.TextContent.Trim(), StringComparison.Ordinal);
    }
}
