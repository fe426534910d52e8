using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines;

/// <summary>The plan of a baseline: the number of settings that it fits.</summary>
static class BaselinePlan
{
    /// <exception cref="ArgumentException">The baseline has no such setting.</exception>
    public static LearnerPlan Of(LearnerSpec spec, LearningTask task, MachineFacts machine)
    {
        var baseline = BaselineList.Find(spec.Name);
        return new(baseline.Name, baseline.Title)
        {
            SettingsTried = BaselineOptions.Parse(spec.Settings).Settings(baseline, task.Kind).Count,
        };
    }
}
