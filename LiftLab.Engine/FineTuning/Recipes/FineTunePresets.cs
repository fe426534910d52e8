using LiftLab.Engine.Tables;

namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>
/// The preset recipes. Those of the built-in base model differ between classification and regression. To add a preset, list it in <see
/// cref="For"/>.
/// </summary>
public static class FineTunePresets
{
    /// <summary>
    /// The paper's GPT-J recipe: LoRA of rank 16 on every layer, learning rate 1e-4, batch size 4, answers sampled at temperature 1.
    /// </summary>
    public static FineTune Paper { get; } = new() { Name = "paper", Decode = DecodingMode.Sample };

    /// <summary>
    /// The built-in base model's standard recipe for classification, chosen on tables that no report uses (decision records 021 and 024).
    /// </summary>
    public static FineTune ForLiftMini { get; } =
        new()
        {
            Name = "standard",
            Method = FineTuneMethod.Full,
            LearningRate = 3e-3,
            WarmupSteps = 20,
            Epochs = 16,
            MinimumSteps = 270,
            MaximumSteps = 1200,
            BatchSize = 16,
            WeightDecay = 0.1,
            GradientClip = 1,
            FeatureBlur = 2,
            CovariantBlur = 0.3,
            CategoryDrop = 0.1,
            FrozenEmbedding = true,
            Members = 3,
            OwnStarts = true,
        };

    /// <summary>
    /// The built-in base model's standard recipe for regression: the token embedding is trained too, there are more steps, and batches grow
    /// for tables with few features.
    /// </summary>
    public static FineTune ForNumbers { get; } =
        ForLiftMini with
        {
            Epochs = 24,
            MinimumSteps = 800,
            MaximumSteps = 2000,
            FeatureBlur = 5,
            CovariantBlur = 0,
            AnswerBlur = 0.5,
            FrozenEmbedding = false,
            Members = 2,
            OwnStarts = false,
            BatchGrowth = 4,
        };

    public static FineTune Standard(TaskKind task) => task == TaskKind.Classification ? ForLiftMini : ForNumbers;

    /// <summary>A quick first result: one model, a third of the steps.</summary>
    public static FineTune QuickLook(TaskKind task) =>
        Standard(task) with
        {
            Name = "quick",
            Epochs = 12,
            MinimumSteps = 120,
            MaximumSteps = 500,
            Members = 1,
        };

    /// <summary>
    /// An ensemble of about three times as many models. In classification, more steps per model measured worse and more models calibrated
    /// better (decision record 024).
    /// </summary>
    public static FineTune BestAccuracy(TaskKind task) =>
        Standard(task) with
        {
            Name = "best",
            Members = task == TaskKind.Classification ? 8 : 6,
        };

    public static IReadOnlyList<FineTune> For(TaskKind task) => [Standard(task), QuickLook(task), BestAccuracy(task), Paper];

    /// <exception cref="ArgumentException">There is no such recipe; the message lists the names.</exception>
    public static FineTune Named(string name, TaskKind task) =>
        For(task).FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"no recipe '{name}'; the recipes are {string.Join(", ", For(task).Select(r => r.Name))}",
            nameof(name)
        );
}
