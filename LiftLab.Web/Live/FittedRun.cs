using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Live;

/// <summary>A run of LIFT whose fitted weights are kept: another run can start from them.</summary>
/// <param name="Folder">The run's folder.</param>
/// <param name="Settings">What the run was asked for.</param>
public sealed record FittedRun(
    string Id,
    string Name,
    string DatasetName,
    DateTime CreatedUtc,
    string Folder,
    TaskKind Task,
    LiftSettings Settings
)
{
    /// <summary>Null where the run has no fitted weights, or its folder cannot be read.</summary>
    public static FittedRun? Of(RunRow row, RunFolder? folder)
    {
        if (folder is null || !IsThere(row, folder))
            return null;
        try
        {
            var spec = folder.ReadSpec();
            return new(
                row.Id,
                row.Name,
                row.DatasetName,
                row.CreatedUtc,
                folder.Path,
                spec.Schema.Task,
                LiftSettings.Of(spec.Learner, spec.Schema.Task)
            );
        }
        catch (Exception e) when (e is BadDataException or ArgumentException or IOException)
        {
            return null;
        }
    }

    /// <summary>Whether the run's weights lie in its folder.</summary>
    public static bool IsThere(RunRow row, RunFolder? folder) =>
        folder is not null && row.Learner == LiftSettings.LearnerName && FittedFolder.IsThere(FittedFolder.Of(folder.Path));

    /// <summary>Which weights the new run trains, as a sentence that follows "Starts from ...".</summary>
    /// <param name="recipe">Of the new run.</param>
    public string Learns(FineTune recipe) =>
        (Settings.Recipe.Method, recipe.Method) switch
        {
            (FineTuneMethod.Lora, FineTuneMethod.Lora) =>
                $"Its adapter on {Base} is trained further, with the same rank, alpha, layers and kind; no second adapter is added.",
            (FineTuneMethod.Lora, _) => $"Its adapter is merged into the weights of {Base}, and all weights are trained.",
            (_, FineTuneMethod.Full) => "All of its weights are trained further.",
            _ => "Its weights are frozen, and a new adapter is trained on them.",
        };

    string Base => Settings.Start is null ? System.IO.Path.GetFileName(Settings.Model.TrimEnd('/')) : "its own start";
}
