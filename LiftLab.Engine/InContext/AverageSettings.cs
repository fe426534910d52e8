using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.InContext;

/// <summary>The settings of <see cref="AverageLearner"/>: the settings of the two learners that it averages, each under its name.</summary>
public sealed record AverageSettings(LiftSettings Tuned, InContextSettings InContext)
{
    /// <summary>The settings of a specification of the average, parsed once.</summary>
    /// <exception cref="ArgumentException">A setting is unknown or out of range.</exception>
    public static AverageSettings Of(LearnerSpec spec, TaskKind task) => spec.SettingsFor(task, Parse);

    static AverageSettings Parse(JsonObject? json, TaskKind task) =>
        new(
            LiftSettings.Parse(json?[LiftSettings.LearnerName] as JsonObject, task),
            InContextSettings.Parse(json?[InContextSettings.LearnerName] as JsonObject)
        );
}
