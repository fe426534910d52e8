using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.FineTuning;
using LiftLab.Tests.Web;
using static LiftLab.Tests.Engine.Runs.Comparing.ComparedRuns;

namespace LiftLab.Tests.Engine.Runs.Comparing;

public sealed class RunComparisonTests
{
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
        Assert.Contains("it is regression, but the others are classification", compared.LeftOut[1], StringComparison.Ordinal);
        Assert.Contains(compared.Notes, n => n.Contains("cannot be compared row by row", StringComparison.Ordinal));
        Assert.Equal(["iris (1)", "iris (2)"], compared.Study(compared.Headline).Data.Select(d => d.Name));
    }

    [Fact]
    public void Two_settings_on_one_split_are_two_learners_unless_asked_otherwise()
    {
        ComparedRun[] runs = [Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .7, .8, epochs: "2")];
        var apart = RunComparison.Of(runs, [], null);
        Assert.Equal(["LIFT A (a)", "LIFT B (b)", "Decision tree"], apart.Study(apart.Headline).Learners);
        Assert.Equal(
            ("recipe.epochs", "10", "2"),
            (apart.Lift.Differing[0].Path, apart.Lift.Differing[0].Values[0], apart.Lift.Differing[0].Values[1])
        );
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
    public void A_learner_with_settings_that_a_person_gave_is_another_learner()
    {
        var compared = RunComparison.Of(
            [Run("a", "iris", "k1", .9, .8), Run("b", "wine", "k2", .9, .7, treeSettings: new() { ["depth"] = 2 })],
            [],
            null
        );
        Assert.Equal(["LIFT", "Decision tree", """Decision tree {"depth":2}"""], compared.Study(compared.Headline).Learners);
        Assert.Equal("tree", compared.LearnerIn(compared.Runs[1], """Decision tree {"depth":2}"""));
        Assert.Null(compared.LearnerIn(compared.Runs[0], """Decision tree {"depth":2}"""));
    }

    [Fact]
    public void Points_are_the_only_score_with_its_interval_or_mean_and_deviation_over_splits()
    {
        var compared = RunComparison.Of(
            [Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .94, .8, split: 1), Run("c", "wine", "k2", .7, .75)],
            [],
            null
        );
        var study = compared.Study(compared.Headline);
        Assert.Equal((true, false), (study.HasSplits(0), study.HasSplits(1)));
        var lift = compared.Points(study, 0)[0];
        Assert.Equal(.92, lift.Value, 12);
        Assert.Equal(.04 / Math.Sqrt(2), lift.High!.Value - lift.Value, 12); // deviation of two values: half their distance times √2
        Assert.Equal(lift.High.Value - lift.Value, lift.Value - lift.Low!.Value, 12);
        var tree = compared.Points(study, 1)[1];
        Assert.Equal(
            (1, "Decision tree", .75, .65, .8),
            (tree.Learner, tree.Title, tree.Value, tree.Low!.Value, Math.Round(tree.High!.Value, 12))
        );
    }

    [Fact]
    public void Of_two_runs_on_the_same_split_and_seed_the_last_one_counts_and_a_note_says_so()
    {
        var compared = RunComparison.Of([Run("b", "iris", "k1", .7, .8), Run("a", "iris", "k1", .9, .8)], [], null);
        Assert.Equal(["a", "b"], compared.Runs.Select(r => r.Id)); // oldest first
        Assert.Equal(.7, compared.Study(compared.Headline).Mean(0, 0));
        Assert.Contains(compared.Notes, n => n.Contains("the last run counts", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_are_compared_by_RMSE_on_one_data_set_and_by_RAE_over_several()
    {
        ComparedRun[] runs =
        [
            Run("a", "prices", "k1", 1, 2, schema: ComparedRuns.Numbers),
            Run("b", "rents", "k2", 1, 2, schema: ComparedRuns.Numbers),
        ];
        Assert.Equal("rmse", RunComparison.Of(runs[..1], [], null).Headline.Name);
        Assert.Equal("rae", RunComparison.Of(runs, [], null).Headline.Name);
    }

    [Fact]
    public void Row_by_row_pits_the_learners_of_all_runs_of_one_split_against_each_other()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        var rows = task.Split.Test;
        LearnerOutcome Answers(Func<int, double> answer) =>
            new(MadeUp.Result("x", "X", 0), [.. rows.Select(r => new RowAnswer(r, answer(r), null, null, null))]);
        ComparedRun[] runs = [Run("a", "groups", "k", .9, .8), Run("b", "groups", "k", .5, .8, epochs: "2")];
        var compared = RunComparison.Of(runs, [], null);
        Assert.True(compared.IsOneSplit);
        LearnerOutcome? OutcomeOf(ComparedRun run, string learner) =>
            learner == "tree" ? null : Answers(r => run.Id == "a" ? task.Targets[r] : 1 - task.Targets[r]); // all right, all wrong
        var verdict = compared.RowByRow(task, OutcomeOf, "LIFT A (a)")!;
        var comparison = Assert.Single(verdict.Comparisons); // the tree has no answers
        Assert.Equal(("LIFT A (a)", "LIFT B (b)", Finding.Better), (comparison.First, comparison.Second, comparison.Finding));
        Assert.Equal((rows.Count, 0), (comparison.OnlyFirstRight, comparison.OnlySecondRight));
        Assert.Null(compared.RowByRow(task, OutcomeOf, "Decision tree"));
        var split = RunComparison.Of([.. runs, Run("c", "groups", "k", .9, .8, split: 1)], [], null);
        Assert.Null(split.RowByRow(task, OutcomeOf, "LIFT A (a and 1 more)")); // two splits: not one answer for each row
        Assert.Null(
            RunComparison.Of([.. runs, Run("d", "others", "k2", .9, .8)], [], null).RowByRow(task, OutcomeOf, "LIFT A (a and 1 more)")
        );
    }

    [Fact]
    public void Two_settings_on_two_splits_are_compared_on_the_same_test_rows_and_the_splits_are_stated()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        ComparedRun[] runs = [Run("a", "groups", "k", .9, .8), Run("b", "groups", "k", .5, .8, split: 1, epochs: "2")];
        var compared = RunComparison.Of(runs, [], null);
        Assert.Equal(["LIFT A (a)", "LIFT B (b)", "Decision tree"], compared.Study(compared.Headline).Learners);
        Assert.Contains(
            "The runs on “groups” have different splits or seeds: split 0, seed 0: a; split 1, seed 0: b. Their test rows are the same; their training rows differ.",
            compared.Notes
        );
        var verdict = compared.RowByRow(
            task,
            (run, learner) =>
                new(
                    MadeUp.Result("x", "X", 0),
                    [
                        .. task.Split.Test.Select(r => new RowAnswer(
                            r,
                            run.Id == "a" ? task.Targets[r] : 1 - task.Targets[r],
                            null,
                            null,
                            null
                        )),
                    ]
                ),
            "LIFT B (b)"
        )!;
        Assert.Equal(
            [("LIFT A (a)", Finding.Worse), ("Decision tree (b)", Finding.NoEvidence)], // the tree of the run on the same split
            verdict.Comparisons.Select(c => (c.Second, c.Finding))
        );
    }

    [Fact]
    public void Runs_of_one_name_are_labelled_by_split_seed_or_id()
    {
        ComparedRun Named(string id, int split = 0) =>
            Run(id, "iris", "k", .9, .8, split) is var run ? run with { Spec = run.Spec with { Name = "iris" } } : run;
        string[] Labels(params ComparedRun[] runs) => [.. runs.Select(RunComparison.Of(runs, [], null).LabelOf)];
        Assert.Equal(["iris, split 0", "iris, split 1"], Labels(Named("a"), Named("b", 1)));
        Assert.Equal(["iris, a", "iris, b"], Labels(Named("a"), Named("b")));
        Assert.Equal(["iris", "c"], Labels(Named("a"), Run("c", "iris", "k", .9, .8)));
    }

    [Fact]
    public void Settings_are_text_by_path_without_what_training_chose()
    {
        var settings = JsonNode.Parse("""{"recipe": {"epochs": 3, "tags": [1, 2]}, "start": null, "chosen": {"bestEpoch": 2}}""")!;
        Assert.Equal(
            [("recipe.epochs", "3"), ("recipe.tags", "[1,2]"), ("start", "none")],
            ComparedRun.Flat(settings.AsObject()).Select(s => (s.Key, s.Value))
        );
    }

    [Fact]
    public void What_a_run_settled_for_its_device_is_no_difference_of_settings()
    {
        static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
        var asked = Json("""{"recipe": {"tokensAtOnce": 0, "preset": "quick"}}""");
        var taken = Json("""{"recipe": {"tokensAtOnce": 112, "epochs": 12}, "chosen": {"bestEpoch": 2}}""");
        Assert.Equal(
            [("recipe.epochs", "12"), ("recipe.tokensAtOnce", "0")],
            ComparedRun.Asked(asked, taken).Select(s => (s.Key, s.Value))
        );
    }

    [Fact]
    public void Runs_of_the_same_table_and_test_rows_have_the_same_key_and_other_features_another_one()
    {
        using var folder = new TestRuns();
        var (one, same) = (Read(folder.Create("one")), Read(folder.Create("same")));
        Assert.Equal((one!.DataKey, one.RowsKey), (same!.DataKey, same.RowsKey));
        var ignored = folder.Create("ignored");
        var spec = JsonNode.Parse(File.ReadAllText(ignored.SpecFile))!;
        spec["schema"]!["columns"]![1]!["role"] = "ignored";
        File.WriteAllText(ignored.SpecFile, spec.ToJsonString());
        var fewer = Read(ignored)!;
        Assert.Equal(one.RowsKey, fewer.RowsKey);
        Assert.NotEqual(one.DataKey, fewer.DataKey);
        Assert.Null(ComparedRun.Read(folder.Create("no-answers"), one.Report, "two classes"));

        static ComparedRun? Read(RunFolder run)
        {
            RunFolder.WriteWhole(
                run.ResultFile("knn"),
                stream =>
                    JsonSerializer.Serialize(
                        stream,
                        new LearnerOutcome(MadeUp.Result("knn", "k-NN", 1), [new(3, 1, null, null, null)]),
                        RunJson.Line
                    )
            );
            return ComparedRun.Read(run, Run("x", "two classes", "k", 1, 1).Report, "two classes");
        }
    }
}
