using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live.Jobs.Watching;

/// <summary>A running study.</summary>
public class WatchedStudy(StudyFolder folder, int attemptsBefore, TimeProvider clock) : WatchedJob(folder, attemptsBefore, clock)
{
    public StudyFolder Study => folder;

    public StudyStory Story { get; } = new();

    public override string LogFile => folder.LogFile;

    public override JobSpec Spec => SpecOf(folder, AttemptsBefore);

    public override int? Attempt => Story.Attempt > AttemptsBefore ? Story.Attempt : null;

    public override RunEnded? Ended => Attempt is null ? null : Story.Ended;

    protected override void Apply(RunEvent e)
    {
        Story.Apply(e);
        CameFurther |= e.Attempt > AttemptsBefore && e.Body is CellAnswered { Taken: false };
    }

    /// <summary>The worker of a study.</summary>
    /// <param name="attemptsBefore">Number of attempts in the folder before this submission.</param>
    public static JobSpec SpecOf(StudyFolder folder, int attemptsBefore) =>
        new(FormattableString.Invariant($"{folder.Id}.study.{attemptsBefore + 1}"), JobKind.Study, folder.Path, [], folder.LogFile);
}
