using LiftLab.Engine.Launching;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>A launcher whose jobs are what a test says they are.</summary>
sealed class ScriptedLauncher : ILauncher
{
    public string Name => "scripted";

    public int ArrayTasks { get; init; } = 1;

    public List<JobSpec> Submitted { get; } = [];
    public List<Job> Cancelled { get; } = [];
    public List<(Job, int)> CancelledTasks { get; } = [];

    /// <summary>Thrown by every method while it is set.</summary>
    public Exception? Fault { get; set; }

    /// <summary>By the name of its specification: a job that is found.</summary>
    public Dictionary<string, Job> Known { get; } = [];
    public Dictionary<Job, JobStatus> Statuses { get; } = [];

    public Task<Job> SubmitAsync(JobSpec spec, CancellationToken cancel)
    {
        Fail();
        Submitted.Add(spec);
        return Task.FromResult(new Job(Name, $"#{Submitted.Count}"));
    }

    public Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(IReadOnlyCollection<Job> jobs, CancellationToken cancel)
    {
        Fail();
        return Task.FromResult<IReadOnlyDictionary<Job, JobStatus>>(
            jobs.ToDictionary(j => j, j => Statuses.GetValueOrDefault(j) ?? new(JobState.Running))
        );
    }

    public Task CancelAsync(Job job, CancellationToken cancel)
    {
        Fail();
        Cancelled.Add(job);
        return Task.CompletedTask;
    }

    public Task CancelTaskAsync(Job job, int task, CancellationToken cancel)
    {
        Fail();
        CancelledTasks.Add((job, task));
        return Task.CompletedTask;
    }

    public Task<Job?> FindAsync(JobSpec spec, CancellationToken cancel)
    {
        Fail();
        return Task.FromResult(Known.GetValueOrDefault(spec.Name));
    }

    void Fail()
    {
        if (Fault is not null)
            throw Fault;
    }
}
