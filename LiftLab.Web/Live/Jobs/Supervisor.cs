using LiftLab.Engine.Launching;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// The background service that drives all jobs. Each round it asks every launcher once about all jobs, then gives each kind of job its
/// turn. A fault of one kind does not stop the others, nor the host. Of several dashboards on one lab the leading one drives the queue.
/// </summary>
public sealed partial class Supervisor(
    IEnumerable<IJobs> kinds,
    Launchers launchers,
    ILabLead lead,
    SharedBoard board,
    WorkSignal signal,
    IOptions<LabOptions> options,
    ILogger<Supervisor> log
) : BackgroundService
{
    static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(200),
        Idle = TimeSpan.FromSeconds(5),
        Following = TimeSpan.FromMilliseconds(500);

    readonly IJobs[] kinds = [.. kinds];
    readonly Dictionary<string, string> failing = new(StringComparer.Ordinal);
    readonly HashSet<string> told = new(StringComparer.Ordinal);
    LeadTerm? led;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var busy = true;
            var term = lead.Term is { Holds: true } now ? now : null;
            try
            {
                if (term != led)
                    foreach (var kind in kinds.Where(k => k.NeedsLead))
                        kind.Forget(); // what was known may have changed under another dashboard
                led = term;
                busy = await RoundAsync(term, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                busy = false;
                if (e is not LeadLostException)
                    Tell("all", e);
            }
            await signal.WaitAsync(
                busy ? Busy
                    : term is null ? Following
                    : Idle,
                stoppingToken
            );
        }
    }

    async Task<bool> RoundAsync(LeadTerm? term, CancellationToken cancel)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(cancel, term?.Lost ?? CancellationToken.None);
        var mine = kinds.Where(k => term is not null || !k.NeedsLead).ToArray();
        var faults = new HashSet<string>(StringComparer.Ordinal);
        var seen = await launchers.LookAsync(mine.SelectMany(k => k.Jobs), e => faults.Add(e.Message), cancel);
        foreach (var fault in faults.Where(told.Add)) // once, not in every round
            Unreachable(log, fault);
        told.IntersectWith(faults);
        var busy = false;
        foreach (var kind in mine)
            try
            {
                busy |= await kind.StepAsync(seen, kind.NeedsLead ? round.Token : cancel);
                failing.Remove(kind.GetType().Name);
            }
            catch (OperationCanceledException) when (term is { Holds: false }) { }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Tell(kind.GetType().Name, e);
            }
        if (term is { Holds: true })
            board.Write();
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
