using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.Live.Jobs;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class StudyJobsTests
{
    /// <summary>Puts a study into the lab's queue.</summary>
    static StudyFolder Queue(LabServer lab, string learners = "knn,majority", StudyChoice? choice = null)
    {
        var spec = TestStudies.Spec(learners: learners, choice: choice);
        var folder = StudyFolder.Create(lab.Get<LabFolder>().Studies, spec, [TestStudies.Table().Table]);
        var last = lab.Get<StudyQueue>().All.Select(s => s.Position).Append(1).Max();
        lab.Get<StudyQueue>().Add(StudyEntry.Of(spec) with { Position = last + 1 });
        lab.Get<WorkSignal>().Wake();
        return folder;
    }

    static Task UntilAsync(LabServer lab, StudyFolder study, RunState state) =>
        Eventually.TrueAsync(() =>
        {
            var entry = lab.Get<LabStudies>().Get(study.Id);
            if (entry.IsOver && entry.State != state)
                throw new InvalidOperationException($"the study is {entry.State}: {entry.Code} {entry.What}");
            return entry.State == state;
        });

    [Fact]
    public async Task A_queued_study_is_answered_by_a_worker_and_a_bigger_one_takes_its_answers()
    {
        using var lab = new LabServer();
        lab.Start();
        var study = Queue(lab, choice: new(Levels: [10], Seeds: [0]));
        await UntilAsync(lab, study, RunState.Succeeded);
        var studies = lab.Get<LabStudies>();
        var entry = studies.Get(study.Id);
        Assert.Equal((entry.Planned, 0), (entry.Answered, entry.Failed));
        Assert.True(entry.Answered > 0);
        Assert.True(File.Exists(study.FigureFile));

        var bigger = studies.Folder(await studies.AddAsync(study.Id, new(Levels: [5])));
        await UntilAsync(lab, bigger, RunState.Succeeded);
        var answers = RunTail.All(bigger).Select(e => e.Body).OfType<CellAnswered>().ToArray();
        Assert.Equal(entry.Answered, answers.Count(a => a.Taken));
        Assert.Contains(answers, a => !a.Taken);
        var open = await studies.OpenAsync(bigger.Id);
        Assert.Equal(open.Cells.All.Count, open.Answers.Count);
    }

    [Fact]
    public async Task Runs_and_studies_take_one_place_in_the_order_in_which_they_were_queued()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(1000, 20));
        await lab.UntilAsync(run, RunState.Running);
        var study = Queue(lab, choice: new(Levels: [10], Seeds: [0]));
        var behind = lab.Get<LabStudies>().Get(study.Id);
        Assert.Equal(RunState.Queued, behind.State);
        await lab.Get<LabRuns>().CancelAsync(run.Id);
        await lab.UntilAsync(run, RunState.Cancelled);
        await UntilAsync(lab, study, RunState.Succeeded);
    }

    [Fact]
    public async Task A_waiting_study_is_cancelled_without_a_worker_and_can_be_resumed_and_deleted()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(1000, 20));
        await lab.UntilAsync(run, RunState.Running);
        var study = Queue(lab, choice: new(Levels: [10], Seeds: [0]));
        var studies = lab.Get<LabStudies>();
        await studies.CancelAsync(study.Id);
        await UntilAsync(lab, study, RunState.Cancelled);
        Assert.Equal(RunState.Cancelled, StudyStory.Read(study).Ended?.State); // the folder says so too
        await studies.ResumeAsync(study.Id);
        await Assert.ThrowsAsync<InvalidOperationException>(() => studies.ResumeAsync(study.Id));
        await lab.Get<LabRuns>().CancelAsync(run.Id);
        await UntilAsync(lab, study, RunState.Succeeded);
        await studies.DeleteAsync(study.Id);
        Assert.False(Directory.Exists(study.Path));
        Assert.DoesNotContain(studies.List(), s => s.Id == study.Id);
    }

    [Fact]
    public async Task A_killed_worker_is_started_again_and_nothing_is_computed_twice()
    {
        using var lab = new LabServer();
        lab.Start();
        var study = Queue(lab, "rf,knn,majority");
        await Eventually.TrueAsync(() => RunTail.All(study).Count(e => e.Body is CellAnswered) >= 3);
        Process.GetProcessById(RunTail.All(study).Select(e => e.Body).OfType<AttemptStarted>().Last().ProcessId).Kill();
        await UntilAsync(lab, study, RunState.Succeeded);
        var answers = RunTail.All(study).Select(e => e.Body).OfType<CellAnswered>().Where(a => !a.Taken).ToArray();
        Assert.Equal(answers.Length, answers.Select(a => a.Key).Distinct().Count());
        Assert.Equal(2, lab.Get<LabStudies>().Get(study.Id).Tries);
    }

    [Fact]
    public async Task Damaged_and_deleted_folders_end_as_such_and_stop_nothing()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(1000, 20));
        await lab.UntilAsync(run, RunState.Running);
        var (damaged, deleted, good) = (Queue(lab), Queue(lab), Queue(lab, choice: new(Levels: [10], Seeds: [0])));
        await File.WriteAllTextAsync(damaged.SpecFile, "{ half");
        Directory.Delete(deleted.Path, recursive: true);
        await lab.Get<LabRuns>().CancelAsync(run.Id);
        await UntilAsync(lab, good, RunState.Succeeded);
        var studies = lab.Get<LabStudies>();
        Assert.Equal((RunState.Failed, "study-unreadable"), (studies.Get(damaged.Id).State, studies.Get(damaged.Id).Code));
        Assert.Equal((RunState.Failed, "folder-missing"), (studies.Get(deleted.Id).State, studies.Get(deleted.Id).Code));
        await studies.DeleteAsync(deleted.Id);
        await studies.DeleteAsync(damaged.Id);
    }

    [Fact]
    public async Task The_next_dashboard_watches_a_study_that_went_on()
    {
        var labFolder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
        try
        {
            StudyFolder study;
            int worker;
            using (var first = new LabServer(labFolder))
            {
                first.Start();
                study = Queue(first, "rf,xgboost,mlp,knn,majority");
                await Eventually.TrueAsync(() => RunTail.All(study).Any(e => e.Body is CellAnswered));
                worker = RunTail.All(study).Select(e => e.Body).OfType<AttemptStarted>().Single().ProcessId;
            }
            using var second = new LabServer(labFolder);
            second.Start();
            await UntilAsync(second, study, RunState.Succeeded);
            Assert.Equal(worker, RunTail.All(study).Select(e => e.Body).OfType<AttemptStarted>().Single().ProcessId);
        }
        finally
        {
            Directory.Delete(labFolder, recursive: true);
        }
    }

    [Fact]
    public async Task A_script_starts_reads_and_deletes_a_study()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var dataset = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var request = new
        {
            experiment = "label-corruption",
            datasets = new[] { dataset },
            learners = new[] { new { name = "knn" }, new { name = "majority" } },
            levels = new[] { 20 },
            seeds = new[] { 0 },
        };
        var cost = await (await http.PostAsJsonAsync("/api/studies/plan", request)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((6, 6), (cost.GetProperty("fits").GetInt32(), cost.GetProperty("predictions").GetInt32()));
        Assert.Equal(2, cost.GetProperty("unmeasured").GetArrayLength());
        var started = await http.PostAsJsonAsync("/api/studies", request);
        Assert.Equal(HttpStatusCode.Created, started.StatusCode);
        var study = started.Headers.Location!;
        await Eventually.TrueAsync(async () =>
            (await http.GetFromJsonAsync<JsonElement>(study)).GetProperty("state").GetString() == "succeeded"
        );
        var shown = await http.GetFromJsonAsync<JsonElement>($"{study}/figures");
        Assert.Equal(2, shown.GetProperty("figures").GetArrayLength());
        Assert.NotEmpty((await http.GetFromJsonAsync<RunEvent[]>($"{study}/events", RunJson.Line))!);
        var again = await (await http.PostAsJsonAsync("/api/studies/plan", request)).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((0, 6), (again.GetProperty("fits").GetInt32(), again.GetProperty("known").GetInt32()));
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync($"{study}/cancel", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/studies/20200101-000000-none")).StatusCode);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await http.PostAsJsonAsync("/api/studies", new { experiment = "none", datasets = new[] { dataset } })).StatusCode
        );
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync(study)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(study)).StatusCode);
    }
}
