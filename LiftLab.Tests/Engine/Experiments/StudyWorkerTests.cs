using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Experiments;

public sealed class StudyWorkerTests : IDisposable
{
    static readonly StudyChoice Small = new(
        Kinds: [new("label-noise", "random", [20, 40]), new("missing-cells", null, [20])],
        Seeds: [0, 1]
    );

    readonly TestStudies studies = new();

    public void Dispose() => studies.Dispose();

    [Fact]
    public async Task Every_cell_is_answered_once_and_the_figures_are_written()
    {
        var spec = TestStudies.Spec(choice: Small);
        var folder = studies.Create(spec);
        var ended = await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        Assert.Equal(RunState.Succeeded, ended?.State);
        var cells = StudyCells.Of(spec, LiftLab.Engine.Engine.Find);
        // 2 learners x 2 seeds: a clean fit and two noisy ones; the clean fit also answers the missing cells
        Assert.Equal((12, 16), (cells.Fits.Count, cells.Probes));
        var computed = RunTail.All(folder).Select(e => e.Body).OfType<CellAnswered>().ToArray();
        Assert.Equal(16, computed.Length);
        Assert.All(computed, c => Assert.False(c.Taken));
        Assert.Equal(16, computed.Select(c => c.Key).Distinct().Count());
        Assert.True(File.Exists(folder.FigureFile));
        var story = StudyStory.Read(folder);
        Assert.Equal((16, 0), (story.Answered.Count, story.Failed.Count));
        var answers = Answers(spec, folder);
        Assert.Equal(1 / 3.0, answers[cells.All.First(c => c.Cell.Series == "majority").Cell.Place]!.Value, 1);
        Assert.True(answers[cells.All.First(c => c.Cell.Series == "knn").Cell.Place]!.Value > .7);
    }

    [Fact]
    public async Task Another_study_of_the_lab_takes_the_answers_and_gives_the_same_figures()
    {
        var (first, second) = (studies.Create(TestStudies.Spec(choice: Small)), studies.Create(TestStudies.Spec(choice: Small)));
        await TestStudies.Worker(first).RunAsync(CancellationToken.None);
        await TestStudies.Worker(second).RunAsync(CancellationToken.None);
        Assert.All(RunTail.All(second).Select(e => e.Body).OfType<CellAnswered>(), c => Assert.True(c.Taken));
        Assert.Equal(File.ReadAllBytes(first.FigureFile), File.ReadAllBytes(second.FigureFile));
    }

    [Fact]
    public async Task A_changed_setting_is_computed_anew_and_says_what_changed()
    {
        await TestStudies.Worker(studies.Create(TestStudies.Spec(choice: Small))).RunAsync(CancellationToken.None);
        var spec = TestStudies.Spec(choice: Small);
        var changed = studies.Create(spec with { Learners = [new("knn", new() { ["k"] = 1 }), new("majority")] });
        await TestStudies.Worker(changed).RunAsync(CancellationToken.None);
        var cells = RunTail.All(changed).Select(e => e.Body).OfType<CellAnswered>().ToArray();
        Assert.Equal(8, cells.Count(c => c.Taken));
        Assert.All(cells.Where(c => !c.Taken), c => Assert.Contains("k none → 1", c.Changes!));
    }

    [Fact]
    public async Task A_level_that_cannot_be_applied_is_a_cell_with_its_reason()
    {
        var spec = TestStudies.Spec(choice: Small, learners: "knn,mean", task: TaskKind.Regression);
        var folder = studies.Create(spec);
        var ended = await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        Assert.Equal(RunState.Succeeded, ended?.State);
        var story = StudyStory.Read(folder);
        Assert.Equal(8, story.Answered.Count);
        Assert.Equal(8, story.Failed.Count);
        Assert.All(
            story.Failed.Values,
            f => Assert.Equal(("cannot-apply", true), (f.Code, f.Reason.Contains("no labels", StringComparison.Ordinal)))
        );
    }

    [Fact]
    public async Task Failed_cells_are_tried_again_when_asked()
    {
        var folder = studies.Create(TestStudies.Spec(choice: Small, learners: "knn,mean"));
        await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        Assert.Equal(8, StudyStory.Read(folder).Failed.Count);
        await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        var second = RunTail.All(folder).Where(e => e.Attempt == 2).ToArray();
        Assert.DoesNotContain(second, e => e.Body is PhaseEntered);
        Assert.Equal(8, StudyStory.Read(folder).Failed.Count);
        File.WriteAllText(folder.RetryFile, "");
        await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        Assert.Contains(RunTail.All(folder), e => e.Attempt == 3 && e.Body is PhaseEntered);
        Assert.False(File.Exists(folder.RetryFile));
    }

    [Fact]
    public async Task A_table_that_vanished_is_said()
    {
        var spec = TestStudies.Spec(choice: Small);
        var folder = studies.Create(spec);
        File.Delete(folder.TableFile(spec.Tables[0]));
        await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        var story = StudyStory.Read(folder);
        Assert.Equal(16, story.Failed.Count);
        Assert.All(story.Failed.Values, f => Assert.Contains("is not in the study's folder", f.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_copied_folder_opens_in_another_lab()
    {
        var spec = TestStudies.Spec(choice: Small);
        var folder = studies.Create(spec);
        await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        using var other = new TestStudies();
        Directory.Move(folder.Path, Path.Combine(other.Root, folder.Id));
        var copy = StudyFolder.Find(other.Root, folder.Id)!;
        Assert.Equal(StudyCells.Of(spec, LiftLab.Engine.Engine.Find).All.Count, Answers(copy.ReadSpec(), copy).Count);
    }

    [Fact]
    public async Task Learners_that_write_no_prompts_answer_alike_in_every_wording()
    {
        var spec = TestStudies.Spec("prompt-sensitivity", "knn,majority", new(Seeds: [0]));
        var folder = studies.Create(spec);
        await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        var answers = Answers(spec, folder);
        var verdicts = ExperimentList.Find("prompt-sensitivity").Verdicts(spec, answers);
        Assert.Contains("differs by 0 points", verdicts[0], StringComparison.Ordinal);
        Assert.Contains(
            "on 100 % of the test rows all variants answer alike",
            verdicts[0].Replace('\u00a0', ' '),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_answers_of_a_finished_run_are_taken()
    {
        var table = TestStudies.Table();
        var runs = Directory.CreateDirectory(Path.Combine(studies.Lab, "runs")).FullName;
        var run = LiftLab.Engine.Engine.CreateRun(
            runs,
            new("one", "one", DateTimeOffset.UnixEpoch, "table.csv", table.Schema, 1, 1, new("knn"), [new("majority")]),
            table.Table
        );
        await new LiftLab.Engine.Runs.Work.Worker(run, LiftLab.Engine.Engine.Find, _ => "cpu", TimeProvider.System).RunAsync(
            CancellationToken.None
        );
        Assert.Equal(2, await RunAnswers.PublishAsync(run, LiftLab.Engine.Engine.Find));

        var folder = studies.Create(TestStudies.Spec(choice: Small));
        await TestStudies.Worker(folder).RunAsync(CancellationToken.None);
        Assert.Equal(2, RunTail.All(folder).Select(e => e.Body).OfType<CellAnswered>().Count(c => c.Taken));
    }

    [Fact]
    public void A_key_is_the_hash_of_its_canonical_json()
    {
        foreach (var (_, key) in StudyCells.Of(TestStudies.Spec(choice: Small, learners: "lift,knn"), LiftLab.Engine.Engine.Find).All)
            Assert.Equal(
                Convert.ToHexStringLower(
                    System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(CanonicalJson.Of(key.Json)))
                ),
                key.Hash
            );
        // Stored answers are found again only if the keys stay as they are.
        var first = ProbeKey.Of(
            new(new("t", 3, new("label-noise", 10, 3, "pair"), new("knn"), 4), new("missing-cells", 12.5, 3)),
            TestStudies.Table().Schema,
            LiftLab.Engine.Engine.Find
        );
        Assert.Equal("d870ac3a1b84e476138da48f98d0340f32d502b9603b026b39d458ba3f985e62", first.Hash);
    }

    [Fact]
    public void The_same_question_has_the_same_key_whether_defaults_are_written_out_or_not()
    {
        var schema = TestStudies.Table().Schema;
        ProbeKey Key(LearnerSpec learner) => ProbeKey.Of(new(new("t", 0, null, learner, 0)), schema, LiftLab.Engine.Engine.Find);
        var written = LiftLab.Engine.FineTuning.LiftSettings.Default(TaskKind.Classification).ToSpec();
        Assert.Equal(Key(new("lift")).Hash, Key(written).Hash);
        Assert.NotEqual(Key(new("lift")).Hash, Key(new("lift", new() { ["recipe"] = "quick" })).Hash);
    }

    static StudyAnswers Answers(StudySpec spec, StudyFolder folder) =>
        StudyAnswers.Read(StudyCells.Of(spec, LiftLab.Engine.Engine.Find).All.Select(c => (c.Cell, c.Key.Hash)), folder.Answers, n => n);
}
