using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Events;

/// <summary>Writes a learner's events to the attempt's log synchronously, on the learner's thread, so that their order is kept.</summary>
sealed class LogProgress(AttemptLog log, string learner) : IProgress<LearningEvent>
{
    public void Report(LearningEvent value) => log.Write(learner, value);
}
