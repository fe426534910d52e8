using LiftLab.Engine.Launching;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Jobs;

/// <summary>What pages and scripts see of the job of a run or study, and how it is sent to another launcher.</summary>
public sealed class LabJobs(
    LabFolder lab,
    RunTable runs,
    StudyQueue studies,
    RunJobs runJobs,
    StudyJobs studyJobs,
    LauncherChoice choice,
    WorkSignal signal
)
{
    /// <summary>Null where no job is known to run.</summary>
    public LabJob? Of(string id) => runJobs.Views.GetValueOrDefault(id) ?? studyJobs.Views.GetValueOrDefault(id);

    /// <summary>What was submitted last; null where nothing was submitted through a script.</summary>
    public string? Script(string id) => lab.Events(id) is { } folder ? JobScript.Read(folder.Path) : null;

    /// <summary>Sends a run or study that does not run to another launcher; where it waits, it keeps its place in the queue.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run or study.</exception>
    /// <exception cref="ArgumentException">There is no such launcher.</exception>
    /// <exception cref="InvalidOperationException">It runs, or is done.</exception>
    public async Task SendAsync(string id, string? launcher, CancellationToken cancel = default)
    {
        Visitor.DemandOwn(
            studies.Has(id) ? studies.Get(id).StartedBy : (await runs.GetAsync(id, cancel)).StartedBy,
            "send this to another launcher"
        );
        Visitor.Note($"send {id} to {launcher ?? "this machine"}");
        var wanted = choice.Settle(launcher, null, needsKey: NeedsKey(id));
        if (studies.Has(id))
            studies.Change(id, s => s.SendTo(wanted));
        else
            await runs.ChangeAsync(id, r => r.SendTo(wanted), cancel);
        signal.Wake();
    }

    bool NeedsKey(string id) =>
        lab.Run(id)?.ReadSpec() is { } run
            ? LauncherChoice.NeedsKey(run)
            : lab.Study(id)?.ReadSpec() is { } study && LauncherChoice.NeedsKey(study);
}
