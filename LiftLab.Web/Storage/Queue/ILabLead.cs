namespace LiftLab.Web.Storage.Queue;

/// <summary>Which of a lab's dashboards drives its jobs. A dashboard that is alone does so always.</summary>
public interface ILabLead : IHostedService
{
    /// <summary>The term in which this dashboard leads; null while another one leads, or while the database cannot be asked.</summary>
    LeadTerm? Term { get; }

    /// <summary>Asks the database whether this dashboard leads, in the transaction of a change that only the leader may make.</summary>
    /// <exception cref="LeadLostException">It does not.</exception>
    Task DemandAsync(LabDb db, CancellationToken cancel);

    /// <exception cref="LeadLostException">This dashboard does not lead.</exception>
    void Demand()
    {
        if (Term is not { Holds: true })
            throw new LeadLostException();
    }
}

/// <summary>Another dashboard drives the jobs, or will: nothing is done in the name of this one.</summary>
public sealed class LeadLostException() : OperationCanceledException("Another dashboard drives the jobs of this lab.");
