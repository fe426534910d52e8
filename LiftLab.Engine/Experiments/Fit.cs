using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments;

/// <summary>Everything on which a fitted model depends.</summary>
/// <param name="Table">Key of the table's content.</param>
/// <param name="SplitSeed">Seed of training and validation rows; the test rows are the same for every seed.</param>
/// <param name="Training">The change of the training rows; null for none.</param>
/// <param name="Seed">Seed of learning.</param>
public sealed record Fit(string Table, int SplitSeed, PerturbationSpec? Training, LearnerSpec Learner, int Seed);

/// <summary>A fitted model and what it is asked: the test rows, changed or not.</summary>
/// <param name="Test">The change of the test rows; null for none.</param>
public sealed record Probe(Fit Fit, PerturbationSpec? Test = null);

/// <summary>A point of a figure: the answers of a probe, for one seed.</summary>
/// <param name="Panel">The part of the figure: a kind of perturbation, or empty where the figure has one part.</param>
/// <param name="Table">Name of the table.</param>
/// <param name="Series">Name of the curve: a learner.</param>
/// <param name="X">The level.</param>
public sealed record Cell(string Panel, string Table, string Series, double X, int Seed, Probe Probe)
{
    /// <summary>The place of the cell in its figure, unique in a study.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Place => FormattableString.Invariant($"{Panel}|{Table}|{Series}|{X}|{Seed}");
}
