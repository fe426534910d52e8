namespace LiftLab.Web.Storage.Queue;

/// <summary>The lead of a dashboard that has the lab for itself.</summary>
public sealed class SoleLead(TimeProvider clock) : ILabLead, IDisposable
{
    readonly LeadTerm term = new(clock);

    public LeadTerm? Term => term;

    public Task DemandAsync(LabDb db, CancellationToken cancel) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => term.Dispose();
}
