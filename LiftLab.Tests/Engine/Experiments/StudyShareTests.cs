using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Tests.Engine.Experiments;

public sealed class StudyShareTests : IDisposable
{
    static readonly Func<string, LearnerEntry> Find = LiftLab.Engine.Engine.Find;

    readonly TestStudies studies = new();

    public void Dispose() => studies.Dispose();

    static StudyChoice Choice(int levels, int seeds) =>
        new(
            Kinds: [new("label-noise", "random", [.. Enumerable.Range(1, levels).Select(l => 2.0 * l)])],
            Seeds: [.. Enumerable.Range(0, seeds)]
        );

    int CountFor(StudyCells cells, int most = 20)
    {
        var answers = (StudyFolder.Find(studies.Root, cells.Study.Id) ?? studies.Create(cells.Study)).Answers;
        return StudyShare.CountFor(cells, answers, Find, most);
    }

    [Fact]
    public void Five_hundred_cells_become_twenty_shares_that_have_each_fit_once()
    {
        var cells = StudyCells.Of(TestStudies.Spec(learners: "knn,majority,logreg,tree,rf", choice: Choice(9, 10)), Find);
        Assert.Equal(500, cells.All.Count);
        Assert.Equal(20, CountFor(cells));
        Assert.Equal(7, CountFor(cells, most: 7));
        var shares = StudyShare.Divide(cells.Fits, Find, 20);
        Assert.Equal(20, shares.Count);
        Assert.Equal(cells.Fits.Count, shares.Sum(s => s.Count));
        Assert.Equal(cells.Fits.Count, shares.SelectMany(s => s).Distinct().Count());
        Assert.All(shares, s => Assert.Equal(25, s.Count));
        Assert.All(shares, s => Assert.Equal(5, s.Count(f => f.Fit.Learner.Name == "rf"))); // each has its part of the slow learner
        Assert.Equal(shares[3], new StudyShare(3, 20).FitsOf(cells, Find));
    }

    [Fact]
    public void Fits_of_LIFT_that_train_together_stay_together_and_each_group_is_worth_a_share()
    {
        var cells = StudyCells.Of(TestStudies.Spec(learners: "lift,knn", choice: Choice(4, 3)), Find);
        Assert.Equal(7, CountFor(cells)); // of each seed the clean fit and the four others; 15 fits of knn
        var shares = StudyShare.Divide(cells.Fits, Find, 7);
        foreach (var bundle in cells.Fits.Where(f => f.Fit.Learner.Name == "lift").GroupBy(f => f.Bundle))
            Assert.Single(shares, s => bundle.All(s.Contains));
        Assert.Equal(6, shares.Count(s => s.Any(f => f.Fit.Learner.Name == "lift")));
        Assert.Equal(15, shares.Sum(s => s.Count(f => f.Fit.Learner.Name == "knn")));
    }

    [Fact]
    public async Task A_small_study_and_one_whose_answers_the_lab_has_are_one_job()
    {
        Assert.Equal(1, CountFor(StudyCells.Of(TestStudies.Spec(choice: Choice(4, 1)), Find)));
        var known = TestStudies.Spec(choice: Choice(9, 2));
        Assert.Equal(4, CountFor(StudyCells.Of(known, Find)));
        await TestStudies.Worker(StudyFolder.Find(studies.Root, known.Id)!).RunAsync(CancellationToken.None);
        Assert.Equal(1, CountFor(StudyCells.Of(TestStudies.Spec(choice: Choice(9, 2)), Find)));
    }

    [Fact]
    public async Task Shares_are_answered_by_workers_of_their_own_and_the_gathered_study_is_that_of_one_worker()
    {
        var spec = TestStudies.Spec(choice: Choice(9, 2));
        using var other = new TestStudies();
        var calm = other.Create(spec);
        await TestStudies.Worker(calm).RunAsync(CancellationToken.None);

        var study = studies.Create(spec);
        var shares = Enumerable.Range(0, 3).Select(i => new StudyShare(i, 3)).ToArray();
        var ends = await Task.WhenAll(shares.Select(s => Worker(study, s).RunAsync(CancellationToken.None)));
        Assert.All(ends, e => Assert.Equal(RunState.Succeeded, e?.State));
        Assert.Equal(0, study.LastAttempt); // each has a log of its own
        Assert.False(File.Exists(study.FigureFile));
        var told = shares.SelectMany(s => RunTail.All(study.Share(s.Index))).Select(e => e.Body).OfType<CellAnswered>().ToArray();
        Assert.All(told, c => Assert.False(c.Taken));
        Assert.Equal(StudyStory.Read(calm).Answered.Order(StringComparer.Ordinal), told.Select(c => c.Key).Order(StringComparer.Ordinal));

        var gathering = new StudyGathering(study, StudyCells.Of(spec, Find), Find, TimeProvider.System);
        gathering.Begin(null, []);
        gathering.Write([.. told.Skip(1).Select(c => ("run", (LearningEvent)c))]); // the last word of a worker that died was not written
        gathering.Finish(StudyStory.Read(study));
        var story = StudyStory.Read(study);
        Assert.Equal((RunState.Succeeded, told.Length), (story.Ended?.State, story.Answered.Count));
        Assert.Equal(await File.ReadAllBytesAsync(calm.FigureFile), await File.ReadAllBytesAsync(study.FigureFile));

        // a second attempt has nothing to do
        await Worker(study, shares[1]).RunAsync(CancellationToken.None);
        Assert.Equal(told.Length, shares.Sum(s => RunTail.All(study.Share(s.Index)).Count(e => e.Body is CellAnswered)));
    }

    [Fact]
    public async Task A_gathered_attempt_that_another_one_follows_writes_no_more()
    {
        var spec = TestStudies.Spec(choice: Choice(1, 1));
        var study = studies.Create(spec);
        var gathering = new StudyGathering(study, StudyCells.Of(spec, Find), Find, TimeProvider.System);
        gathering.Begin(null, []);
        await TestStudies.Worker(study).RunAsync(CancellationToken.None); // somebody works on the folder by hand
        Assert.Throws<SupersededException>(() => gathering.Write([("run", new Noted("late"))]));
    }

    [Fact]
    public async Task A_failed_cell_stays_failed_until_its_share_is_asked_to_try_again()
    {
        var spec = TestStudies.Spec(learners: "knn,mean", choice: Choice(2, 1), task: LiftLab.Engine.Tables.TaskKind.Regression);
        var study = studies.Create(spec);
        var cells = StudyCells.Of(spec, Find);
        var share = new StudyShare(0, 2);
        var folder = study.Share(0);
        int Failures() => RunTail.All(folder).Count(e => e.Body is CellFailed);
        await Worker(study, share).RunAsync(CancellationToken.None);
        var first = Failures();
        Assert.True(first > 0);
        Assert.True(folder.IsDone(share.FitsOf(cells, Find), folder.ReadStory(), new()));

        await File.WriteAllTextAsync(folder.RetryFile, "");
        Assert.False(folder.IsDone(share.FitsOf(cells, Find), folder.ReadStory(), new()));
        await Worker(study, share).RunAsync(CancellationToken.None);
        Assert.Equal(2 * first, Failures());
        Assert.False(File.Exists(folder.RetryFile));
    }

    [Theory]
    [InlineData("0/1", 0, 1)]
    [InlineData("19/20", 19, 20)]
    public void A_share_is_written_as_its_number_and_how_many_there_are(string text, int index, int count)
    {
        Assert.Equal(new StudyShare(index, count), StudyShare.Parse(text));
        Assert.Equal(text, new StudyShare(index, count).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("3/3")]
    [InlineData("-1/3")]
    [InlineData("1/2/3")]
    [InlineData("a/3")]
    public void Other_text_is_no_share(string text) => Assert.Null(StudyShare.Parse(text));

    static StudyWorker Worker(StudyFolder study, StudyShare share) => new(study, Find, "cpu", TimeProvider.System, share: share);
}
