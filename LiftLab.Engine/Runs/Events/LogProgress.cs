using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Events;

/// <summary>A learner's events go into the attempt's log before the learner goes on, in its own thread and order.</summary>
sealed class LogProgress(AttemptLog log, string learner) : IProgress<LearningEvent>
{
    public void Report(LearningEvent value) => log.Write(learner, value);
}
