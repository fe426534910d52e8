using LiftLab.Engine;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web;

/// <summary>The dashboard in this process on a free port, with a lab folder of its own. Runs are real worker processes.</summary>
public sealed class LabServer : WebApplicationFactory<Program>
{
    readonly bool ownsFolder;

    /// <param name="labFolder">An existing lab; null for a new, empty one that goes with the server.</param>
    /// <param name="port">0 for a free one.</param>
    public LabServer(string? labFolder = null, int port = 0)
    {
        ownsFolder = labFolder is null;
        Folder = labFolder ?? Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
        UseKestrel(port);
    }

    /// <summary>As it is deployed: its workers are the engine's own. Started.</summary>
    public static LabServer AsDeployed(string? labFolder = null, int port = 0)
    {
        var lab = new LabServer(labFolder, port) { Settings = { ["LiftLab:Engine"] = "" } };
        lab.Start();
        return lab;
    }

    public string Folder { get; }

    /// <summary>Once started.</summary>
    public Uri Address { get; private set; } = default!;

    /// <summary>Settings by their full name, to be filled in before the start.</summary>
    public Dictionary<string, string> Settings { get; } =
        new() { ["LiftLab:Engine"] = TestWorker.Assembly, ["LiftLab:MigrationTimeoutSeconds"] = "300" };

    /// <summary>Services beside the usual ones, to be set before the start.</summary>
    public Action<IServiceCollection> More { get; init; } = _ => { };

    /// <summary>Whether it looks after runs and studies. A test that does so itself must not have it done beside it.</summary>
    public bool HasSupervisor { get; init; } = true;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("LiftLab:LabFolder", Folder);
        builder.UseSetting("Logging:LogLevel:Default", "Warning");
        builder.UseSetting(WebHostDefaults.DetailedErrorsKey, "true"); // a page error names the exception of the dashboard
        foreach (var (name, value) in Settings)
            builder.UseSetting(name, value);
        builder.ConfigureServices(More);
        if (!HasSupervisor)
            builder.ConfigureServices(services => services.Remove(services.Single(s => s.ImplementationType == typeof(Supervisor))));
    }

    /// <summary>Starts it, and gives the address it listens on.</summary>
    public Uri Start()
    {
        StartServer();
        var bound = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return Address = new(
            bound.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("localhost", "127.0.0.1", StringComparison.Ordinal)
        );
    }

    /// <summary>Queues a run of any learner that the test worker knows.</summary>
    public async Task<RunFolder> QueueAsync(LearnerSpec learner, IReadOnlyList<LearnerSpec>? baselines = null, string? launcher = null)
    {
        var spec = new RunSpec(
            RunId.New(DateTimeOffset.UnixEpoch),
            "A test",
            DateTimeOffset.UnixEpoch,
            "table.csv",
            TestRuns.Schema,
            0,
            0,
            learner,
            baselines ?? []
        );
        var folder = RunFolder.Create(Get<LabFolder>().Runs, spec, file => File.WriteAllText(file, TestRuns.TwoClasses));
        await Get<RunTable>()
            .AddAsync(
                new()
                {
                    Id = spec.Id,
                    Name = spec.Name,
                    DatasetName = "two classes",
                    Task = spec.Schema.Task,
                    Target = "class",
                    Learner = learner.Name,
                    CreatedUtc = DateTime.UnixEpoch,
                    Wanted = launcher,
                },
                CancellationToken.None
            );
        Get<WorkSignal>().Wake();
        return folder;
    }

    public Task<RunRow> RowAsync(RunFolder run) => Get<LabRuns>().GetAsync(run.Id);

    public Task UntilAsync(RunFolder run, RunState state) =>
        Eventually.TrueAsync(async () =>
        {
            var row = await RowAsync(run);
            if (row.IsOver && row.State != state)
                throw new InvalidOperationException($"the run is {row.State}: {row.Code} {row.What}");
            return row.State == state;
        });

    /// <summary>The training steps in force.</summary>
    public static IReadOnlyList<int> Steps(RunFolder run) => [.. RunStory.Read(run, run.ReadSpec().Learner.Name).Steps.Select(s => s.Step)];

    /// <summary>The process of the run's last attempt, as it said itself.</summary>
    public static int WorkerOf(RunFolder run) => RunTail.All(run).Select(e => e.Body).OfType<AttemptStarted>().Last().ProcessId;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || !ownsFolder || !Directory.Exists(Folder))
            return;
        try
        {
            foreach (var kind in (string[])["runs", "studies"])
            foreach (var job in Directory.Exists(Path.Combine(Folder, kind)) ? Directory.GetDirectories(Path.Combine(Folder, kind)) : [])
                File.WriteAllText(Path.Combine(job, "cancel"), ""); // a worker that is still there ends by itself
        }
        catch (IOException e) when (DiskSpace.IsReadOnly(e))
        {
            return; // a test that failed while the lab was read-only says its own reason
        }
        DeleteWithWriters();
    }

    /// <summary>
    /// A worker that is about to end may write a file while its folder is deleted. A folder that stays is no failure of the test, and an
    /// exception from here would hide the test's own.
    /// </summary>
    void DeleteWithWriters() =>
        SpinWait.SpinUntil(
            () =>
            {
                try
                {
                    Directory.Delete(Folder, recursive: true);
                }
                catch (IOException)
                {
                    return !Directory.Exists(Folder);
                }
                return true;
            },
            TimeSpan.FromSeconds(5)
        );
}
