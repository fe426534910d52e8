using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Jobs.Watching;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Jobs;

/// <summary>Studies whose shares are the tasks of an array.</summary>
public sealed partial class StudyJobs
{
    /// <summary>
    /// Into how many shares the study is divided there; null for a single job. The division is kept in the folder, and a study keeps it.
    /// </summary>
    int? Divide(string id, string launcher)
    {
        if (Services.Lab.Study(id) is not { } folder || Services.Launchers.Named(launcher).ArrayTasks is not (> 1 and var most))
            return null;
        var spec = folder.ReadSpec();
        if (spec.Learners.Any(LabProviders.IsPaid))
            return null; // one process writes what a provider bills
        var cells = StudyCells.Of(spec, LiftLab.Engine.Engine.Find);
        var count = folder.ReadShares() ?? StudyShare.CountFor(cells, folder.Answers, LiftLab.Engine.Engine.Find, most);
        if (count == 1)
            return null;
        var whole = StudyStory.Read(folder);
        var again = File.Exists(folder.RetryFile);
        var (open, failed) = (0, new List<StudyShareFolder>());
        foreach (var (fits, i) in StudyShare.Divide(cells.Fits, LiftLab.Engine.Engine.Find, count).Select((f, i) => (f, i)))
        {
            var share = folder.Share(i);
            var story = share.ReadStory();
            var failures = again ? share.Failures(story, whole) : new Dictionary<string, CellFailed>();
            var hasFailed = fits.Any(f => f.Probes.Any(p => failures.ContainsKey(p.Key.Hash)));
            if (hasFailed)
                failed.Add(share);
            if (hasFailed || !share.IsDone(fits, story, whole))
                open++;
        }
        if (open < 2)
            return null;
        folder.WriteShares(count);
        foreach (var share in failed)
        {
            Directory.CreateDirectory(share.Path);
            File.WriteAllText(share.RetryFile, "");
        }
        File.Delete(folder.RetryFile);
        return count;
    }

    /// <summary>A study that cannot be read is watched as a single job; its damage is found when that is over.</summary>
    WatchedStudy OpenArray(StudyFolder folder, int attemptsBefore, int count)
    {
        try
        {
            return new WatchedArray(folder, attemptsBefore, count, LiftLab.Engine.Engine.Find, Services.Clock);
        }
        catch (BadDataException)
        {
            return new(folder, attemptsBefore, Services.Clock);
        }
    }

    protected override async Task<JobStatus> TendAsync(StudyEntry entry, WatchedStudy work, JobStatus status, CancellationToken cancel)
    {
        if (work is not WatchedArray array)
            return status;
        array.Hear(); // each task is listened to by itself
        var goesOn = array.Ended is null && !entry.CancelRequested && !array.IsEnding;
        array.See(status, Services.Options.Value.MaxAttempts, Now, goesOn);
        if (!goesOn)
            return status;
        if (array.IsDone)
        {
            await Task.Run(array.Finish, cancel);
            return status;
        }
        var launcher = Services.Launchers.Named(entry.Launcher ?? Services.Launchers.Default.Name);
        foreach (var share in array.Silent(TimeSpan.FromSeconds(Services.Options.Value.HeartbeatTimeoutSeconds)))
        {
            share.IsEnding = true;
            await launcher.CancelTaskAsync(array.Job!, share.Index, cancel);
        }
        WatchedShare[] ready = [.. array.Lost.Where(s => s.NotBefore <= Now)];
        if (ready.Length > 0)
            await SubmitAgainAsync(entry, array, launcher, ready, cancel);
        // where tasks are to come, the whole is not over
        return array.Lost.Count > 0 || ready.Length > 0 ? status with { State = JobState.Waiting } : status;
    }

    async Task SubmitAgainAsync(StudyEntry entry, WatchedArray array, ILauncher launcher, WatchedShare[] shares, CancellationToken cancel)
    {
        Demand(cancel);
        var spec = array.SpecOf([.. shares.Select(s => s.Index)], entry.Submissions);
        Job job;
        try
        {
            job = await launcher.SubmitAsync(spec with { Secrets = Secrets(array) }, cancel);
        }
        catch (LaunchFailedException e)
        {
            foreach (var share in shares)
                share.GiveUp(new(RunState.Failed, "launch-failed", e.Message, "Correct this, then resume the study."));
            return;
        }
        await RunsAsAsync(entry.Id, job, cancel);
        array.Resubmitted(job, shares);
        SubmittedAgain(log, shares.Length, entry.Id, job.Handle);
        Services.Signal.Tell();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} tasks of the study {Id} had ended early and run again in {Handle}")]
    static partial void SubmittedAgain(ILogger log, int count, string id, string handle);
}
