using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// Decision boundaries that people ask for after a run. Each is drawn once, by a job of its own, one at a time, whoever watches. A page
/// that is reloaded finds the drawing where it is, also after a restart of the dashboard.
/// </summary>
public sealed class BoundaryJobs(LabFolder lab, Launchers launchers, WorkSignal signal) : IJobs
{
    readonly Lock gate = new();

    /// <summary>Drawings that are not over, in the order in which they were asked for. Guarded by the gate.</summary>
    readonly List<(string Run, BoundaryJob Drawing)> going = [];

    public IReadOnlyCollection<Job> Jobs => [.. Going().Select(d => d.Job).OfType<Job>()];

    /// <summary>The drawing that was asked for: kept from before, on its way, or begun now.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public BoundaryJob Open(string run, BoundaryRequest request)
    {
        var folder = lab.Run(run) ?? throw new KeyNotFoundException($"There is no run '{run}'.");
        BoundaryJob drawing;
        lock (gate)
        {
            if (going.Find(g => !g.Drawing.IsOver && g.Run == run && g.Drawing.Request.Key == request.Key) is { Drawing: { } there })
                return there;
            if (folder.ReadBoundaries(request) is { } sheet)
                return BoundaryJob.Of(folder, sheet);
            going.Add((run, drawing = new(folder, request)));
        }
        signal.Wake();
        return drawing;
    }

    /// <summary>Unfinished drawings that were asked for before this one; they are drawn first.</summary>
    public int Ahead(BoundaryJob drawing) => drawing.Job is null ? Going().TakeWhile(d => d != drawing).Count(d => !d.IsOver) : 0;

    public async Task<bool> StepAsync(IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        foreach (var drawing in Going())
            await EndingOnFault(drawing, () => WatchAsync(drawing, seen, cancel));
        lock (gate)
            going.RemoveAll(g => g.Drawing.IsOver);
        if (Going() is [{ Job: null } next, ..])
            await EndingOnFault(next, () => StartAsync(next, cancel));
        return Going().Count > 0;
    }

    async Task WatchAsync(BoundaryJob drawing, IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel)
    {
        if (drawing.Job is null)
        {
            if (drawing.StopRequested)
                drawing.End(BoundaryJob.Stopped);
            return;
        }
        drawing.Listen();
        var status = seen.GetValueOrDefault(drawing.Job);
        if (status is { IsOver: true })
            drawing.End(status);
        else if (drawing.StopRequested)
            await launchers.Named(drawing.Job.Launcher).CancelAsync(drawing.Job, cancel);
    }

    /// <summary>A drawing that an earlier dashboard submitted and that goes on is taken up, not submitted again.</summary>
    async Task StartAsync(BoundaryJob drawing, CancellationToken cancel)
    {
        drawing.Job = await launchers.Default.FindAsync(drawing.Spec, cancel);
        if (drawing.Job is not null)
            return;
        drawing.Clear();
        drawing.Job = await launchers.Default.SubmitAsync(drawing.Spec, cancel);
    }

    /// <summary>
    /// A fault ends the drawing with the fault's words, which the page shows. Where the launcher cannot be asked, the next round tries
    /// again.
    /// </summary>
    static async Task EndingOnFault(BoundaryJob drawing, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (LauncherUnreachableException) { }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            drawing.End(e.Message);
        }
    }

    /// <summary>Each dashboard draws what its own pages ask for.</summary>
    public bool NeedsLead => false;

    public void Forget() { }

    public async Task StopAsync(bool endJobs, CancellationToken cancel)
    {
        foreach (var job in endJobs ? Jobs : [])
            await launchers.Named(job.Launcher).CancelAsync(job, cancel);
    }

    List<BoundaryJob> Going()
    {
        lock (gate)
            return [.. going.Select(g => g.Drawing)];
    }
}
