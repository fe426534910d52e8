using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live;

/// <summary>
/// Decision boundaries that people ask for after a run. Each is drawn once, by a process of its own, one at a time, whoever
/// watches; a page that was reloaded finds the drawing where it is.
/// </summary>
public sealed class BoundaryJobs(LabFolder lab, IOptions<LabOptions> options) : IDisposable
{
    readonly Lock gate = new();
    readonly SemaphoreSlim place = new(1);
    readonly Dictionary<(string Run, string Key), BoundaryJob> going = [];

    /// <summary>The drawing that was asked for: kept from before, on its way, or begun now.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public BoundaryJob Open(string run, BoundaryRequest request)
    {
        var folder = lab.Run(run) ?? throw new KeyNotFoundException($"There is no run '{run}'.");
        lock (gate)
        {
            if (going.TryGetValue((run, request.Key), out var job))
                return job;
            if (folder.ReadBoundaries(request) is { } sheet)
                return BoundaryJob.Of(sheet);
            job = new BoundaryJob(request);
            going[(run, request.Key)] = job;
            _ = DrawAsync(run, folder, job);
            return job;
        }
    }

    async Task DrawAsync(string run, RunFolder folder, BoundaryJob job)
    {
        try
        {
            await place.WaitAsync(job.Stopping);
            try
            {
                await Task.Run(() =>
                    job.DrawAsync(EngineProgram.Command(options.Value.Engine is { Length: > 0 } engine ? engine : null), folder)
                );
            }
            finally
            {
                place.Release();
            }
        }
        catch (OperationCanceledException)
        {
            job.End("stopped before it was done");
        }
        catch (Exception e)
        {
            job.End(e.Message);
        } // nobody waits for this: whatever it is, the page says it
        lock (gate)
            going.Remove((run, job.Request.Key));
    }

    public void Dispose()
    {
        lock (gate)
            foreach (var job in going.Values)
                job.Stop(); // not disposed: a page may still look at it
        place.Dispose();
    }
}
