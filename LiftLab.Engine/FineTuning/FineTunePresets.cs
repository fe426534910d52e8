namespace LiftLab.Engine.FineTuning;

/// <summary>Recipes by intent. A new one is one line in <see cref="All"/>.</summary>
public static class FineTunePresets
{
    /// <summary>The paper's GPT-J: LoRA of rank 16 on every layer, rate 1e-4, batch 4, answers sampled at temperature 1.</summary>
    public static FineTune Paper { get; } = new() { Name = "paper", Decode = DecodingMode.Sample };

    /// <summary>The built-in base model's standard recipe, chosen on tables that no report uses (decision record 021).</summary>
    public static FineTune ForLiftMini { get; } = new()
    {
        Name = "standard", Method = FineTuneMethod.Full, LearningRate = 3e-3, WarmupSteps = 20, Epochs = 24, MinimumSteps = 400, MaximumSteps = 2000,
        BatchSize = 16, WeightDecay = 0.1, GradientClip = 1, FeatureBlur = 5, CategoryDrop = 0.1, AnswerBlur = 1,
    };

    /// <summary>A first impression: a third of the steps.</summary>
    public static FineTune QuickLook { get; } = ForLiftMini with { Name = "quick", Epochs = 12, MinimumSteps = 120, MaximumSteps = 500 };

    /// <summary>Three models, each with more steps, averaged.</summary>
    public static FineTune BestAccuracy { get; } = ForLiftMini with { Name = "best", Epochs = 60, MinimumSteps = 500, MaximumSteps = 4000, Members = 3 };

    public static IReadOnlyList<FineTune> All { get; } = [ForLiftMini, QuickLook, BestAccuracy, Paper];

    /// <exception cref="ArgumentException">No such recipe; the message lists those there are.</exception>
    public static FineTune Named(string name) =>
        All.FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"no recipe '{name}'; the recipes are {string.Join(", ", All.Select(r => r.Name))}", nameof(name));
}
