using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;

namespace LiftLab.Web.Live;

/// <summary>A study that a person asks for; what is null is the question's default.</summary>
/// <param name="Experiment">Name of the question.</param>
/// <param name="Datasets">At least one, with a confirmed schema.</param>
/// <param name="Learners">The first is the subject.</param>
/// <param name="Levels">Replace the levels of every kind.</param>
public sealed record NewStudy(
    string Experiment,
    IReadOnlyList<Guid> Datasets,
    IReadOnlyList<LearnerSpec>? Learners = null,
    IReadOnlyList<StudyKind>? Kinds = null,
    IReadOnlyList<double>? Levels = null,
    IReadOnlyList<int>? Seeds = null,
    Protocol Protocol = Protocol.Clean,
    string? Name = null
)
{
    public StudyChoice Choice => new(Learners, Kinds, Levels, Seeds, Protocol, string.IsNullOrWhiteSpace(Name) ? null : Name.Trim());
}

/// <summary>What is added to a study; null: nothing.</summary>
public sealed record StudyAddition(
    IReadOnlyList<LearnerSpec>? Learners = null,
    IReadOnlyList<double>? Levels = null,
    IReadOnlyList<int>? Seeds = null
);
