using LiftLab.Engine.Baselines;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine;

/// <summary>Composition: the one place that turns a learner's name and settings into the learner.</summary>
public static class Engine
{
    static readonly (string Name, Func<LearnerSpec, RunContext, ILearner> Create)[] Learners =
    [
        .. BaselineList.All.Select(b => (b.Name, (Func<LearnerSpec, RunContext, ILearner>)((spec, _) => BaselineList.Create(spec)))),
    ];

    /// <exception cref="ArgumentException">No learner of that name; the message lists those there are.</exception>
    public static ILearner Create(LearnerSpec spec, RunContext context)
    {
        foreach (var (name, create) in Learners)
            if (name == spec.Name) return create(spec, context);
        throw new ArgumentException($"no learner '{spec.Name}'; the learners are {string.Join(", ", Learners.Select(l => l.Name))}", nameof(spec));
    }
}
