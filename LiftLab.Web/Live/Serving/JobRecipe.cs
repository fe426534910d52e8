using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// The recipe of a job. What a client leaves to the service is the recipe's own; a rate of 1 is the recipe's own rate.
/// </summary>
/// <param name="Epochs">Null for the service's choice, as the others.</param>
public sealed record JobRecipe(int? Epochs, int? BatchSize, double? RateMultiplier)
{
    /// <summary>
    /// For the built-in model its standard recipe as one model and without the noise on cells, which needs to know where a prompt has its
    /// cells; for other models the paper's.
    /// </summary>
    public FineTune For(string model)
    {
        var own =
            model == LiftSettings.BuiltIn
                ? FineTunePresets.Standard(TaskKind.Classification) with
                {
                    FeatureBlur = 0,
                    CovariantBlur = 0,
                    CategoryDrop = 0,
                    Members = 1,
                    OwnStarts = false,
                    FrozenEmbedding = false,
                }
                : FineTunePresets.Paper;
        if (Epochs is { } epochs)
            own = own with { Epochs = epochs, MinimumSteps = 0, MaximumSteps = 0 };
        if (BatchSize is { } rows)
            own = own with { BatchSize = rows, BatchGrowth = 1 };
        return own with { Name = "api", LearningRate = own.LearningRate * (RateMultiplier ?? 1) };
    }
}
