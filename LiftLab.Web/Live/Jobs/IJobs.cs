using LiftLab.Engine.Launching;

namespace LiftLab.Web.Live.Jobs;

/// <summary>The jobs of one kind, as the supervisor drives them: what is submitted next, and what the end of a job means.</summary>
public interface IJobs
{
    /// <summary>Submitted jobs that are not known to be over.</summary>
    IReadOnlyCollection<Job> Jobs { get; }

    /// <summary>One round: listens to what the jobs have written, settles those that are over, submits what has a free place.</summary>
    /// <param name="seen">The status of <see cref="Jobs"/>, asked for before this call, so that all that a job wrote before it was
    /// seen over is read. A job that is left out could not be asked about: what is known of it stays.</param>
    /// <returns>True while there is work, so that the next round comes soon.</returns>
    Task<bool> StepAsync(IReadOnlyDictionary<Job, JobStatus> seen, CancellationToken cancel);

    /// <summary>Only the leading one of several dashboards may drive them.</summary>
    bool NeedsLead { get; }

    /// <summary>This dashboard leads no more, or leads again: what it knew of the jobs is read anew.</summary>
    void Forget();

    /// <summary>The dashboard stops.</summary>
    /// <param name="endJobs">False: jobs go on, and a later dashboard takes them up again.</param>
    Task StopAsync(bool endJobs, CancellationToken cancel);
}
