using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines;

/// <summary>What a baseline will do: how many settings of its grid it fits.</summary>
static class BaselinePlan
{
    /// <exception cref="ArgumentException">A setting that the baseline does not have.</exception>
    public static LearnerPlan Of(LearnerSpec spec, LearningTask task, MachineFacts machine)
    {
        var baseline = BaselineList.Find(spec.Name);
        return new(baseline.Name, baseline.Title)
        {
            SettingsTried = BaselineOptions.Parse(spec.Settings).Settings(baseline, task.Kind).Count,
        };
    }
}
