namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>The source of configuration, tokenizer and frozen weights of a fitted predictor's models.</summary>
/// <param name="Model">The base model's name or folder.</param>
/// <param name="Wholes">For each model, the folder of a whole model that replaces the base model; null for the base model itself.</param>
sealed record FittedBase(string Model, IReadOnlyList<string?> Wholes)
{
    /// <summary>A name or folder.</summary>
    /// <param name="member">From 0.</param>
    public string Of(int member) => Wholes[member] ?? Model;

    /// <summary>The sources from which a run's models started.</summary>
    public static FittedBase Of(StartWeights start, int models) =>
        new(start.Model, [.. Enumerable.Range(0, models).Select(i => start.For(i).Whole)]);
}
