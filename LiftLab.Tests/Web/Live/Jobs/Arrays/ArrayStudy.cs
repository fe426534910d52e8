using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests.Web.Live.Jobs.Arrays;

/// <summary>
/// A study that runs as an array of six tasks, three at a time, each fit some seconds long: whom to kill, and what holds afterwards.
/// </summary>
sealed class ArrayStudy(StudyFolder folder)
{
    const string PauseSeconds = "2.5";

    static readonly string[] Baselines = ["rf", "knn", "logreg", "tree", "majority"];

    readonly Dictionary<string, string> stored = new(StringComparer.Ordinal);

    public StudyFolder Folder => folder;

    public string Id => folder.Id;

    /// <summary>Answers that were written a second time with other bytes.</summary>
    public int Rewritten { get; private set; }

    /// <summary>Of a dashboard, as environment variables.</summary>
    public static IReadOnlyList<(string Name, string Value)> Settings(SlurmLab slurm) =>
        [
            .. SlurmServer
                .Settings(slurm, ("ArrayTasks", "6"), ("ArrayThrottle", "3"), ("Places", "2"), ("Variables:0", PausedLearner.Variable))
                .Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value)),
            (PausedLearner.Variable, PauseSeconds),
            ("LiftLab__MaxAttempts", "1000"),
        ];

    /// <summary>LIFT, whose fits train together, and five baselines. Studies of other numbers have other seeds.</summary>
    public static ArrayStudy Create(string lab, int number)
    {
        var recipe = new JsonObject
        {
            ["preset"] = "quick",
            ["epochs"] = 2,
            ["minimumSteps"] = 0,
            ["members"] = 2,
        };
        var spec = TestStudies.Spec(
            choice: new(
                Kinds: [new("label-noise", "random", [20, 40]), new("feature-noise", null, [.5])],
                Seeds: [.. Enumerable.Range(3 * number, 3)]
            )
        ) with
        {
            Id = FormattableString.Invariant($"study-{number:00}"),
            Learners = [new("lift", new JsonObject { ["recipe"] = recipe }), .. Baselines.Select(n => new LearnerSpec(n))],
        };
        return new(StudyFolder.Create(Path.Combine(lab, "studies"), spec, [TestStudies.Table().Table]));
    }

    /// <summary>Sends it to the cluster and starts it.</summary>
    public async Task StartAsync(Uri dashboard)
    {
        using var http = new HttpClient { BaseAddress = dashboard };
        foreach (var verb in (string[])[$"launcher?name={SlurmServer.Launcher}", "resume"])
            (await http.PostAsync($"/api/studies/{Id}/{verb}", null)).EnsureSuccessStatusCode();
    }

    public async Task<RunState> StateAsync(Uri dashboard)
    {
        using var http = new HttpClient { BaseAddress = dashboard };
        var entry = await http.GetFromJsonAsync<JsonElement>($"/api/studies/{Id}");
        return Enum.Parse<RunState>(entry.GetProperty("state").GetString()!, ignoreCase: true);
    }

    public IReadOnlyList<StudyShareFolder> Shares =>
        [.. Enumerable.Range(0, folder.ReadShares() ?? 0).Select(folder.Share).Where(s => Directory.Exists(s.Path))];

    string AnswersFolder => Path.Combine(folder.Path, "answers");

    IEnumerable<string> AnswerFiles =>
        Directory.Exists(AnswersFolder) ? Directory.EnumerateFiles(AnswersFolder, "*.json", SearchOption.AllDirectories) : [];

    /// <summary>Number of answers on the disk.</summary>
    public int Answers => AnswerFiles.Count();

    /// <summary>
    /// Processes of tasks that have begun and not ended. A number that the system has given to another program is left out.
    /// </summary>
    public int[] Workers =>
        [
            .. Shares
                .Select(s => s.ReadStory())
                .Where(s => s is { Started: not null, Ended: null })
                .Select(s => s.Started!.ProcessId)
                .Where(id => SlurmLab.Lives(id) && CommandOf(id).Contains(folder.Path, StringComparison.Ordinal)),
        ];

    static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Slurm's own process of a worker's job; null where the worker has another parent.</summary>
    public static int? StepOf(int worker)
    {
        try
        {
            var line = File.ReadLines($"/proc/{worker}/status").First(l => l.StartsWith("PPid:", StringComparison.Ordinal));
            var parent = int.Parse(line[5..].Trim(), CultureInfo.InvariantCulture);
            return File.ReadAllText($"/proc/{parent}/comm").StartsWith("slurmstepd", StringComparison.Ordinal) ? parent : null;
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    /// <summary>Tasks that Slurm runs: "17_3".</summary>
    public async Task<IEnumerable<string>> ElementsAsync(SlurmLab slurm) =>
        (await slurm.RunAsync("squeue", "-h", "-r", "-t", "RUNNING", "-O", "WorkDir:300,ArrayJobID:|,ArrayTaskID:|"))
            .Split('\n')
            .Where(l => l.StartsWith(folder.Path + " ", StringComparison.Ordinal))
            .Select(l => l[300..].Split('|').Select(f => f.Trim()).ToArray())
            .Where(f => f[1].All(char.IsAsciiDigit)) // of a single job it says "N/A"
            .Select(f => $"{f[0]}_{f[1]}");

    /// <summary>
    /// Compares answers with those of the last call: they have seconds in them, so that a cell that is answered again has other bytes.
    /// </summary>
    public void Compare()
    {
        foreach (var file in AnswerFiles)
        {
            var hash = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
            if (stored.TryGetValue(file, out var before) && before != hash)
                Rewritten++;
            stored[file] = hash;
        }
    }

    /// <summary>
    /// No event is lost or doubled, in the study's log and in those of its shares; no cell is completed twice; figures are those of a study
    /// that one process computes undisturbed.
    /// </summary>
    /// <returns>Number of predictions.</returns>
    public async Task<int> DemandWholeAsync()
    {
        Compare();
        var events = RunTail.All(folder);
        DemandDense(events);
        var told = events.Select(e => e.Body).OfType<CellAnswered>().Select(c => c.Key).ToArray();
        Assert.Equal(told.Length, told.Distinct(StringComparer.Ordinal).Count());
        var story = StudyStory.Read(folder);
        Assert.Equal((RunState.Succeeded, story.Planned!.Probes, 0), (story.Ended!.State, story.Answered.Count, story.Failed.Count));
        Assert.Equal(story.Planned.Probes, told.Length);
        Assert.Single(events, e => e.Body is RunEnded { State: RunState.Succeeded });

        var completed = new List<string>();
        foreach (var share in Shares)
        {
            var its = RunTail.All(share);
            DemandDense(its);
            completed.AddRange(Completed(its));
        }
        // the rest of a resumed study may be one job, which answers in the study's own log; a gathered answer is in both
        completed.AddRange(Completed(events).Except(completed, StringComparer.Ordinal).ToArray());
        Assert.Equal(completed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), completed.Order(StringComparer.Ordinal));
        Assert.Equal(0, Rewritten);

        using var other = new TestStudies();
        var calm = other.Create(folder.ReadSpec());
        await TestStudies.Worker(calm).RunAsync(CancellationToken.None);
        Assert.Equal(StudyStory.Read(calm).Answered.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(calm.FigureFile), await File.ReadAllBytesAsync(folder.FigureFile));
        return told.Length;
    }

    static IEnumerable<string> Completed(IEnumerable<RunEvent> events) =>
        events.Select(e => e.Body).OfType<CellAnswered>().Where(c => !c.Taken).Select(c => c.Key);

    static void DemandDense(IReadOnlyList<RunEvent> events) =>
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
}
