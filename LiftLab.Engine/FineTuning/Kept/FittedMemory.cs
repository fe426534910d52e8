using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Memory;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>Estimates the memory that fitted LIFT takes while it is open and answers. Loads no weights.</summary>
public static class FittedMemory
{
    /// <param name="folder">Fitted LIFT.</param>
    /// <param name="device">Bytes of the device.</param>
    /// <returns>Bytes of the weights of all its models, of one batch of prompts, and of the process.</returns>
    /// <exception cref="ModelFolderException">There is no fitted model, or a base model is missing.</exception>
    public static long Of(string folder, long device, bool onCard)
    {
        var (models, under, recipe) = FittedFolder.Models(folder);
        var precision = recipe.Precision == Precision.Auto ? Precision.Float32 : recipe.Precision;
        var half = MemoryFit.Arithmetic(precision, onCard) == WeightPrecision.BFloat16;
        long weights = 0,
            beside = 0;
        for (var i = 0; i < models.Count; i++)
        {
            var config = ModelFolder.ReadConfig(ModelByName.Folder(under.Of(i)));
            var estimate = MemoryEstimate.ForAnswering(
                config,
                new()
                {
                    Weights = MemoryFit.Stored(precision),
                    HalfActivations = half,
                    LoraRank = recipe.Method == FineTuneMethod.Lora ? recipe.LoraRank : null,
                    LoraTargets = recipe.Targets,
                    Rows = 1,
                    Length = MemoryFit.AnswerTokens(config, half ? 2 : sizeof(float), device, weights),
                    Writes = recipe.Decode != DecodingMode.Labels,
                    OnCard = onCard,
                }
            );
            weights += estimate.Weights;
            beside = Math.Max(beside, estimate.Total - estimate.Weights);
        }
        return weights + beside;
    }
}
