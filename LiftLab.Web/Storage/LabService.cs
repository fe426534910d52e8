namespace LiftLab.Web.Storage;

/// <summary>
/// A background service that works until the dashboard ends. The host calls a cancelled service a fault, with a stack trace, where the
/// dashboard's start has failed, for example because its port is in use; this one just ends.
/// </summary>
public abstract class LabService : BackgroundService
{
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    protected abstract Task WorkAsync(CancellationToken stop);
}
