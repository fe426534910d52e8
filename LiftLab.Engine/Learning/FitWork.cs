namespace LiftLab.Engine.Learning;

/// <summary>The work of fitting a learner once, for an estimate of its seconds where nothing was measured.</summary>
/// <param name="Steps">Optimiser steps of all models of the fit together, at most.</param>
/// <param name="Alone">Typical seconds of a step of one model on a processor; null where none is known.</param>
/// <param name="Together">The same for models that are trained together with those of other fits.</param>
/// <param name="Row">Typical seconds of answering one row.</param>
public sealed record FitWork(long Steps, double? Alone = null, double? Together = null, double? Row = null);
