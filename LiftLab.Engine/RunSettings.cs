using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine;

/// <summary>A run's settings in the types of its learners, for readers of the run.</summary>
public static class RunSettings
{
    extension(RunSpec spec)
    {
        /// <summary>LIFT's settings, parsed once; null where the run trains another learner, or where they cannot be read.</summary>
        public LiftSettings? Lift
        {
            get
            {
                try
                {
                    return spec.Learner.Name == LiftSettings.LearnerName ? LiftSettings.Of(spec.Learner, spec.Schema.Task) : null;
                }
                catch (ArgumentException)
                {
                    return null;
                }
            }
        }
    }
}
