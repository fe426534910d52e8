using LiftLab.Engine.Launching;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Web.Live.Jobs.Watching;

/// <summary>A running run.</summary>
/// <param name="learner">The run's own learner.</param>
public sealed class WatchedRun(RunFolder folder, string learner, int attemptsBefore, TimeProvider clock)
    : WatchedJob(folder, attemptsBefore, clock)
{
    readonly RunStory story = new(learner);

    public override string LogFile => folder.LogFile;

    public override JobSpec Spec => JobSpec.Of(folder, AttemptsBefore);

    public override int? Attempt => story.Attempt == 0 ? null : story.Attempt;

    public override RunEnded? Ended => story.Ended;

    /// <summary>As a worker that finds the run done; one that is to be continued has no report.</summary>
    public override RunEnded? DoneBefore =>
        File.Exists(folder.ReportFile) && RunStory.Read(folder, learner: null).Ended is { State: RunState.Succeeded } done ? done : null;

    /// <summary>Until training ends, as estimated at its last step; null while it does not train.</summary>
    public TimeSpan? TimeLeft =>
        story is { Phase.Phase: "train", LastStep.SecondsLeft: > 0 and var seconds } ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Events of earlier attempts are left out.</summary>
    protected override void Apply(RunEvent e)
    {
        if (e.Attempt <= AttemptsBefore)
            return;
        story.Apply(e);
        CameFurther |= e.Body is LearnerFinished || (e.Body is CheckpointSaved saved && saved.Step > (story.Started?.ResumedFromStep ?? 0));
    }
}
