using System.Globalization;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Learning;
using LiftLab.Web.Parts;

namespace LiftLab.Web.Pages.Run;

/// <summary>What runs do, in sentences.</summary>
public static class Words
{
    /// <summary>A learner's title: "LIFT", "k-nearest neighbours".</summary>
    public static string Learner(string name) => name == "lift" ? "LIFT" : BaselineList.All.FirstOrDefault(b => b.Name == name)?.Title ?? name;

    /// <summary>What is going on right now.</summary>
    public static string Phase(RunProgress progress)
    {
        if (progress.Phase is not { } phase) return progress.Started is null ? "Starting the worker" : "Starting";
        var who = progress.PhaseSource is "lift" or "run" ? "" : $" ({Learner(progress.PhaseSource)})";
        return phase.Phase switch
        {
            "load" => "Loading the base model",
            "tokenise" => "Writing the prompts and turning them into tokens",
            "train" when progress.LastStep is { } s => string.Create(CultureInfo.InvariantCulture, $"Training, epoch {Math.Floor(s.Epoch) + 1:0}"),
            "train" => "Training, first step",
            "validate" => "Asking the validation rows",
            "predict" => "Predicting the test rows" + who,
            "boundary" => "Drawing the decision boundary" + who,
            "save" => "Saving",
            "score" => "Scoring",
            "fit" => "Fitting" + who,
            var other => char.ToUpperInvariant(other[0]) + other[1..] + who,
        } + (phase.Detail is { Length: > 0 } detail ? $", {detail}" : "");
    }

    /// <summary>A metric by name; one that this version does not know is shown under its name.</summary>
    public static Metric Metric(string name) => Metrics.All.FirstOrDefault(m => m.Name == name) ?? new(name, name, true, "");
}
