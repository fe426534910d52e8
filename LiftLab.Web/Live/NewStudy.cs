using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;

namespace LiftLab.Web.Live;

/// <summary>A study that a person asks for; what is null is the question's default.</summary>
/// <param name="Experiment">Name of the question.</param>
/// <param name="Datasets">At least one, with a confirmed schema.</param>
/// <param name="Learners">The first is the subject.</param>
/// <param name="Levels">Replace the levels of every kind.</param>
/// <param name="Launcher">Where it runs; null for the usual choice: a small study on this machine.</param>
public sealed record NewStudy(
    string Experiment,
    IReadOnlyList<Guid> Datasets,
    IReadOnlyList<LearnerSpec>? Learners = null,
    IReadOnlyList<StudyKind>? Kinds = null,
    IReadOnlyList<double>? Levels = null,
    IReadOnlyList<int>? Seeds = null,
    Protocol Protocol = Protocol.Clean,
    string? Name = null,
    string? Launcher = null
)
{
    /// <summary>The amount that a person has typed, where the study costs more than the lab's threshold.</summary>
    public string? Confirmed { get; init; }

    public StudyChoice Choice => new(Learners, Kinds, Levels, Seeds, Protocol, string.IsNullOrWhiteSpace(Name) ? null : Name.Trim());
}

/// <summary>What is added to a study; null: nothing.</summary>
/// <param name="Levels">Levels of every kind.</param>
/// <param name="Kinds">Levels of single kinds; a kind that the study does not have is added.</param>
public sealed record StudyAddition(
    IReadOnlyList<LearnerSpec>? Learners = null,
    IReadOnlyList<double>? Levels = null,
    IReadOnlyList<int>? Seeds = null,
    IReadOnlyList<StudyKind>? Kinds = null
)
{
    /// <inheritdoc cref="NewStudy.Confirmed"/>
    public string? Confirmed { get; init; }

    /// <summary>The kinds of a study with the levels that are added.</summary>
    public IReadOnlyList<StudyKind> Extend(IReadOnlyList<StudyKind> kinds) =>
        [
            .. kinds
                .Select(k => k with { Levels = [.. k.Levels, .. Levels ?? []] })
                .Concat(Kinds ?? [])
                .GroupBy(k => k.Name)
                .Select(g => g.First() with { Levels = [.. g.SelectMany(k => k.Levels)] }),
        ];
}
