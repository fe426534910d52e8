namespace LiftLab.Engine.Perturbations;

/// <summary>A change of a task, with everything that determines it. Equal specifications change the same cells of the same task.</summary>
/// <param name="Kind">Name in <see cref="PerturbationList"/> ("label-noise").</param>
/// <param name="Level">In the unit of the kind's axis: 10 is 10 %.</param>
/// <param name="Seed">0 or more.</param>
/// <param name="Way">One of the kind's ways ("pair"); null for its first.</param>
public sealed record PerturbationSpec(string Kind, double Level, int Seed, string? Way = null);
