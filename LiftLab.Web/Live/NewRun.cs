using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live;

/// <summary>A run that a person asks for: a dataset with a confirmed schema, a learner and the baselines.</summary>
/// <param name="SplitSeed">Divides training from validation rows; the test rows are the same for every seed.</param>
/// <param name="Boundary">The features over which the answers are drawn; null for none.</param>
/// <param name="Launcher">Where it runs; null for the usual choice: a small run on this machine.</param>
public sealed record NewRun(
    Guid DatasetId,
    string Name,
    LearnerSpec Learner,
    IReadOnlyList<LearnerSpec> Baselines,
    int SplitSeed = 0,
    int Seed = 0,
    FeaturePair? Boundary = null,
    string? Launcher = null
)
{
    /// <summary>
    /// The amount that a person has typed, where the run costs more than the lab's threshold; see
    /// <see cref="Providers.LabProviders.Asks"/>.
    /// </summary>
    public string? Confirmed { get; init; }
}
