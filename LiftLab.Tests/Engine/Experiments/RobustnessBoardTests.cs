using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Engine.Experiments;

public sealed class RobustnessBoardTests
{
    const int Rows = 200;

    static readonly StudySpec Study = TestStudies.Spec(
        learners: "lift,rf,knn",
        choice: new(Kinds: [new("label-noise", "random", [10, 20, 40])], Seeds: [0, 1])
    );

    /// <summary>Accuracy by learner and level, the same for both seeds; four classes of 50 rows, so that the floor is 0.25.</summary>
    static RobustnessBoard Board(IReadOnlyDictionary<string, double[]> accuracies)
    {
        var answers = new StudyAnswers(n => n);
        double[] levels = [0, 10, 20, 40];
        var plan = ExperimentList.Find(Study.Experiment).Plan(Study);
        foreach (var cell in plan)
            answers.Add(cell, Scores(accuracies[cell.Series][Array.IndexOf(levels, cell.X)]));
        return RobustnessBoard.Of(Study, plan, answers);
    }

    static CellScores Scores(double accuracy)
    {
        double[] truth = [.. Enumerable.Range(0, Rows).Select(i => (double)(i % 4))];
        var right = (int)Math.Round(accuracy * Rows);
        return CellScores.Of(
            new(
                [],
                ["a", "b", "c", "d"],
                truth,
                [.. truth.Select((t, i) => new RowAnswer(i, i < right ? t : (t + 1) % 4, null, null, null))],
                null,
                0,
                0,
                0
            )
        );
    }

    static readonly Dictionary<string, double[]> Accuracies = new()
    {
        ["lift"] = [.95, .90, .65, .35],
        ["rf"] = [.90, .90, .80, .70],
        ["knn"] = [.95, .95, .95, .95],
    };

    [Fact]
    public void A_star_on_the_curve_is_where_half_of_the_skill_is_lost()
    {
        var board = Board(Accuracies);
        var figure = CurvesFigure.Of(Study.Tables[0], Study.Kinds[0], board.Curves, Study.Seeds, n => n);
        var star = Assert.Single(figure.Series.OfType<Series.Marks>());
        Assert.Equal([board.Find("small", "label-noise/random", "lift")!.BreakDown!.Value], star.X);
        Assert.Equal([(.95 + .25) / 2], star.Y.Select(y => Math.Round(y, 10)));
        // On the line between 65 % at level 20 and 35 % at level 40.
        Assert.Equal(star.Y[0], .65 - (star.X[0] - 20) / 20 * .3, 10);
        var interval = Assert.Single(figure.Segments, s => s.Y0 == star.Y[0]);
        Assert.InRange(star.X[0], interval.X0!.Value, interval.X1!.Value);
        Assert.InRange(interval.X1.Value, 20, 40);
        Assert.Contains("A star is where", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Learners_that_do_not_break_have_no_star()
    {
        var board = Board(new Dictionary<string, double[]>(Accuracies) { ["lift"] = Accuracies["knn"] });
        var figure = CurvesFigure.Of(Study.Tables[0], Study.Kinds[0], board.Curves, Study.Seeds, n => n);
        Assert.Empty(figure.Series.OfType<Series.Marks>());
        Assert.DoesNotContain("star", figure.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Area_is_the_mean_over_the_levels_by_trapezoids()
    {
        var curve = Board(Accuracies).Find("small", "label-noise/random", "lift")!;
        // (0.95 + 0.90)/2 * 10 + (0.90 + 0.65)/2 * 10 + (0.65 + 0.35)/2 * 20, divided by 40
        Assert.Equal((9.25 + 7.75 + 10) / 40, curve.Area!.Value, 10);
        Assert.Equal((9.25 + 7.75 + 10) / 40 - .95, curve.AreaChange!.Value, 10);
    }

    [Fact]
    public void Half_of_the_skill_is_lost_between_two_levels()
    {
        var curve = Board(Accuracies).Find("small", "label-noise/random", "lift")!;
        // skill 0.70 clean; at 20 % it is 0.40, at 40 % 0.10: half, 0.35, is a sixth of the way
        Assert.Equal(20 + 20 * (.40 - .35) / (.40 - .10), curve.BreakDown!.Value, 8);
        Assert.InRange(curve.BreakDown.Low, 15, curve.BreakDown.Value);
        Assert.InRange(curve.BreakDown.High, curve.BreakDown.Value, 40);
        Assert.Equal(.10 / .70, curve.Strongest!.Kept!.Value, 10);
    }

    [Fact]
    public void A_learner_that_never_loses_half_breaks_down_beyond_the_strongest_level()
    {
        var curve = Board(Accuracies).Find("small", "label-noise/random", "knn")!;
        Assert.True(double.IsPositiveInfinity(curve.BreakDown!.Value));
    }

    [Fact]
    public void Corruption_errors_are_relative_to_the_random_forest()
    {
        var curve = Board(Accuracies).Find("small", "label-noise/random", "lift")!;
        Assert.Equal(100 * (.10 + .35 + .65) / (.10 + .20 + .30), curve.CorruptionError!.Value, 6);
        Assert.Equal(100 * (.05 + .30 + .60) / (0 + .10 + .20), curve.RelativeCorruptionError!.Value, 6);
    }

    [Fact]
    public void A_ratio_with_a_vanishing_denominator_is_left_out()
    {
        var curve = Board(new Dictionary<string, double[]>(Accuracies) { ["rf"] = [.9, .9, .9, .9] })
            .Find("small", "label-noise/random", "lift")!;
        Assert.Null(curve.RelativeCorruptionError);
        Assert.Equal(.95, curve.ErrorPoints!.Value, 10);
    }

    [Fact]
    public void Curves_cross_where_the_difference_changes_its_sign()
    {
        var curve = Board(Accuracies).Find("small", "label-noise/random", "rf")!;
        // +0.05 clean, 0 at 10 %, -0.15 at 20 %: no change of sign before 10 %; a difference of 0 is none
        Assert.Null(curve.Crossing);
        var crossed = Board(new Dictionary<string, double[]>(Accuracies) { ["rf"] = [.90, .85, .75, .70] })
            .Find("small", "label-noise/random", "rf")!;
        Assert.Equal(10 + 10 * .05 / (.05 + .10), crossed.Crossing!.Value, 8);
    }

    [Fact]
    public void Verdicts_say_break_hold_and_nothing_to_lose()
    {
        Assert.Equal(RobustnessFinding.Breaks, Verdict(Accuracies).Finding);
        Assert.Contains("more than rf", Verdict(Accuracies).Words, StringComparison.Ordinal);
        var steady = new Dictionary<string, double[]>(Accuracies) { ["lift"] = [.95, .95, .95, .95] };
        Assert.Equal(RobustnessFinding.Holds, Verdict(steady).Finding);
        var chance = new Dictionary<string, double[]>(Accuracies) { ["lift"] = [.26, .25, .25, .25] };
        Assert.Equal(RobustnessFinding.NothingToLose, Verdict(chance).Finding);
        var bent = new Dictionary<string, double[]>(Accuracies) { ["lift"] = [.95, .95, .90, .80] };
        Assert.Equal(RobustnessFinding.Bends, Verdict(bent).Finding);
    }

    static RobustnessVerdict Verdict(IReadOnlyDictionary<string, double[]> accuracies) =>
        RobustnessVerdict.Of(Study, Board(accuracies), n => n)[0];

    [Fact]
    public void Rows_without_a_difference_still_leave_an_interval()
    {
        var curve = Board(new Dictionary<string, double[]>(Accuracies) { ["lift"] = [1, 1, 1, 1] })
            .Find("small", "label-noise/random", "lift")!;
        Assert.Equal(1 - Math.Pow(.025, 1.0 / Rows), curve.Loss!.High, 10);
        Assert.Equal(1 - (1 - Math.Pow(.025, 1.0 / Rows)), curve.Clean!.Low, 10);
    }

    [Fact]
    public void The_median_radius_is_where_half_of_the_rows_have_changed_their_answer()
    {
        var study = TestStudies.Spec(learners: "lift", choice: new(Kinds: [new("random-signs", null, [.1, .2, .4])], Seeds: [0]));
        var plan = ExperimentList.Find(study.Experiment).Plan(study);
        // Of 100 rows so many answer otherwise than clean; at the strongest level other rows than before, which stay counted.
        var changed = new Dictionary<double, Range>
        {
            [0] = 0..0,
            [.1] = 0..10,
            [.2] = 0..30,
            [.4] = 30..70,
        };
        var answers = new StudyAnswers(n => n);
        foreach (var cell in plan)
            answers.Add(cell, Answered(i => changed[cell.X].Start.Value <= i && i < changed[cell.X].End.Value ? 1 : 0));
        var board = RobustnessBoard.Of(study, plan, answers);
        var curve = Assert.Single(board.Curves);
        Assert.Equal([1, .9, .7, .3], curve.Points.Select(p => p.Survives!.Value), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(.2 + .2 * (.7 - .5) / (.7 - .3), curve.Radius!.Value, 10);
        Assert.InRange(curve.Radius.Low, .2, curve.Radius.Value);
        Assert.InRange(curve.Radius.High, curve.Radius.Value, .4);
        Assert.Equal(curve.Radius, board.SmallestRadius("small", "lift"));
        Assert.Contains(
            "Half of the rows change their answer at 0.3 sd",
            RobustnessVerdict.Of(study, board, n => n)[0].Words,
            StringComparison.Ordinal
        );
        Assert.Equal("0.3 sd", BoardTable.Of(study, board, n => n).Row(0)[^1]);
    }

    /// <summary>100 rows of two classes whose right answer is 0 or 1 by turns; <paramref name="add"/> changes it.</summary>
    static CellScores Answered(Func<int, int> add)
    {
        double[] truth = [.. Enumerable.Range(0, 100).Select(i => (double)(i % 2))];
        return CellScores.Of(
            new([], ["a", "b"], truth, [.. truth.Select((t, i) => new RowAnswer(i, (t + add(i)) % 2, null, null, null))], null, 0, 0, 0)
        );
    }

    [Fact]
    public void A_row_flips_if_any_of_its_answers_differs()
    {
        CellScores Scores(params double?[] values) =>
            CellScores.Of(
                new(
                    [],
                    ["a", "b"],
                    [0, 0, 1, 1],
                    [.. values.Select((v, i) => new RowAnswer(i, v, null, null, null))],
                    [0, 0, 1, 1],
                    4,
                    0,
                    0
                )
            );
        var clean = Scores(0, 0, 1, 1);
        Assert.Equal(0, Scores(0, 0, 1, 1).Flips(clean));
        Assert.Equal(.5, Scores(0, 1, 1, 1).Flips(clean));
        Assert.Equal(1, Scores(0, null, 0, 0).Flips(clean));
    }

    [Fact]
    public void Losses_over_splits_are_tested_with_the_correction_for_their_common_rows()
    {
        var study = TestStudies.Spec(learners: "lift,rf", choice: new(Kinds: [new("label-noise", "random", [40])], Seeds: [0, 1, 2]));
        var plan = ExperimentList.Find(study.Experiment).Plan(study);
        double[] losses = [.30, .10, .20];
        var answers = new StudyAnswers(n => n);
        foreach (var cell in plan)
            answers.Add(cell, RobustnessBoardTests.Scores(cell.X == 0 ? .9 : .9 - losses[cell.Seed]));
        var board = RobustnessBoard.Of(study, plan, answers);
        // 64 % of 60 rows are training rows
        var expected = CorrectedTTest.Of(losses, 38, Rows);
        Assert.Equal(expected.PValue!.Value, board.Curves[0].LossOverSplits!.PValue!.Value, 10);
        var words = RobustnessVerdict.Of(study, board, n => n)[0].Words;
        Assert.Contains(
            FormattableString.Invariant(
                $"Corrected t-test of the loss over 3 splits: p = {expected.PValue:0.000}, so that the splits alone"
            ),
            words,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Tables_and_splits_are_compared_by_the_corrected_test()
    {
        var study = TestStudies.Spec("accuracy", "lift,rf,knn", new(Seeds: [0, 1, 2, 3]));
        var question = ExperimentList.Find("accuracy");
        var answers = new StudyAnswers(n => n);
        foreach (var cell in question.Plan(study))
            answers.Add(
                cell,
                Scores(
                    cell.Series == "lift" ? .9 + .01 * (cell.Seed % 2)
                    : cell.Series == "rf" ? .6 + .02 * cell.Seed
                    : .9
                )
            );
        var verdicts = question.Verdicts(study, answers);
        Assert.Equal("lift has the highest mean on 1 of 1 tables.", verdicts[0]);
        Assert.Contains("better than rf", verdicts[1], StringComparison.Ordinal);
        Assert.Contains("corrected t-test over 4 splits, Holm-corrected", verdicts[1], StringComparison.Ordinal);
        Assert.Contains(verdicts, v => v.Contains("The test rows are the same in every split", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_that_are_tried_several_times_are_right_only_if_all_answers_are()
    {
        var scores = CellScores.Of(
            new(
                [],
                ["a", "b"],
                [0, 0, 1, 1],
                [.. new double?[] { 0, 1, 1, 1 }.Select((v, i) => new RowAnswer(i, v, null, null, null))],
                [0, 0, 1, 1],
                4,
                0,
                0
            )
        );
        Assert.Equal(.5, scores.Value);
        Assert.Equal(2, scores.Rows);
    }

    [Fact]
    public void A_number_that_cannot_be_read_is_counted_and_not_guessed()
    {
        var scores = CellScores.Of(
            new(
                [],
                [],
                [1, 2, 3, 6],
                [new(0, 1, null, null, null), new(1, null, null, null, "?"), new(2, 4, null, null, null), new(3, 6, null, null, null)],
                null,
                0,
                0,
                0
            )
        );
        Assert.Equal(.25, scores.Unreadable);
        // errors 0, 1, 0 beside |1-3|, |3-3|, |6-3|: the second row is left out of both
        Assert.Equal(1 - 1 / 5.0, scores.Value, 12);
    }
}
