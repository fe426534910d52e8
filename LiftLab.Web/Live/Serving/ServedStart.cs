namespace LiftLab.Web.Live.Serving;

/// <summary>At the start: queues jobs that a crash has left in the folder and not in the queue.</summary>
sealed class ServedStart(ServedJobs jobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => jobs.QueueFoundAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
