using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>A learner that runs can name.</summary>
/// <param name="Name">Stable in specifications and on the command line ("lift", "knn").</param>
/// <param name="Create">Makes it from a specification's settings.</param>
public sealed record LearnerEntry(string Name, string Title, IReadOnlyList<TaskKind> Tasks, Func<LearnerSpec, TaskKind, RunContext, ILearner> Create);
