using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Training;

namespace LiftLab.Engine.FineTuning;

/// <summary>The settings of a fit with the values that fitting chose, as the report shows them.</summary>
static class ChosenValues
{
    /// <param name="trainings">The training of each member. Of several, the last one's best epoch, steps and time are shown.</param>
    /// <param name="parameters">Weights of one model.</param>
    /// <param name="trained">Trained weights of one model.</param>
    /// <param name="temperature">Temperature of the labels' probabilities; null for regression.</param>
    public static JsonObject Of(
        LiftSettings settings,
        IReadOnlyList<TrainingOutcome> trainings,
        long parameters,
        long trained,
        double? temperature
    )
    {
        var (chosen, last) = (settings.ToJson(), trainings[^1]);
        chosen["chosen"] = new JsonObject
        {
            ["bestEpoch"] = last.BestEpoch,
            ["steps"] = last.Steps,
            ["tokensPerSecond"] = last.TokensPerSecond,
            ["trainSeconds"] = last.Seconds,
            ["temperature"] = temperature,
            ["parameters"] = parameters,
            ["trained"] = trained,
            ["stoppedEarly"] = trainings.Any(t => t.StoppedEarly),
        };
        return chosen;
    }
}
