using LiftLab.Engine.Launching;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// The background service that drives all jobs. Each round it asks every launcher once about all jobs, then gives each kind of job its
/// turn. A fault of one kind does not stop the others, nor the host.
/// </summary>
public sealed partial class Supervisor(
    IEnumerable<IJobs> kinds,
    Launchers launchers,
    WorkSignal signal,
    IOptions<LabOptions> options,
    ILogger<Supervisor> log
) : BackgroundService
{
    static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(200),
        Idle = TimeSpan.FromSeconds(5);

    readonly IJobs[] kinds = [.. kinds];
    readonly Dictionary<string, string> failing = new(StringComparer.Ordinal);
    readonly HashSet<string> told = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var busy = true;
            try
            {
                busy = await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                busy = false;
                Tell("all", e);
            }
            await signal.WaitAsync(busy ? Busy : Idle, stoppingToken);
        }
    }

    async Task<bool> RoundAsync(CancellationToken cancel)
    {
        var faults = new HashSet<string>(StringComparer.Ordinal);
        var seen = await launchers.LookAsync(kinds.SelectMany(k => k.Jobs), e => faults.Add(e.Message), cancel);
        foreach (var fault in faults.Where(told.Add)) // once, not in every round
            Unreachable(log, fault);
        told.IntersectWith(faults);
        var busy = false;
        foreach (var kind in kinds)
            try
            {
                busy |= await kind.StepAsync(seen, cancel);
                failing.Remove(kind.GetType().Name);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Tell(kind.GetType().Name, e);
            }
        return busy;
    }

    /// <summary>Logs a fault once and not in every round: a disk that is full or read-only stays so for a while.</summary>
    void Tell(string kind, Exception e)
    {
        var what = $"{e.GetType().Name}: {e.Message}";
        if (failing.GetValueOrDefault(kind) == what)
            return;
        failing[kind] = what;
        if (e is LabDatabaseException or UnauthorizedAccessException)
            RoundStuck(log, e.Message);
        else
            RoundFailed(log, e);
    }

    /// <summary>Jobs go on without the dashboard, unless the settings say otherwise.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var kind in kinds)
            await kind.StopAsync(options.Value.StopRunsOnShutdown, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Runs cannot be driven: {Reason} It is tried again every few seconds")]
    static partial void RoundStuck(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The jobs of one kind could not be driven; it is tried again")]
    static partial void RoundFailed(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A launcher cannot be asked about its jobs: {Reason}. What is known of them stays")]
    static partial void Unreachable(ILogger log, string reason);
}
