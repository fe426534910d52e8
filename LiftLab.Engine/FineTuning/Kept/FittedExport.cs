using System.Globalization;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// Exports the models of a fitted predictor for other programs: adapters in PEFT layout, or whole models in Hugging Face layout.
/// </summary>
public static class FittedExport
{
    /// <summary>Sub-folder of an exported adapter with its base model, if that is an earlier run's model without a name.</summary>
    internal const string BaseFolder = "base";

    /// <param name="fittedFolder">Fitted LIFT: <see cref="FittedFolder.Of"/> a run.</param>
    /// <param name="target">A folder that does not exist yet; with several members, each gets a folder with its number as suffix.</param>
    /// <param name="merged">Merges adapters into the base model's weights. Has no effect on whole models.</param>
    /// <returns>The folders written.</returns>
    /// <exception cref="ModelFolderException">There is no fitted model, a base model is missing, or the target exists.</exception>
    public static Task<string[]> WriteAsync(string fittedFolder, string target, bool merged) =>
        TorchThread.Run("export", () => Write(fittedFolder, target, merged));

    /// <summary>Merges an adapter in PEFT layout into its base model.</summary>
    /// <param name="adapter">A folder with adapter_config.json and its weights.</param>
    /// <param name="baseModel">A name or folder; null for the one that lies in the adapter's folder, or that it names.</param>
    /// <param name="target">A folder that does not exist yet.</param>
    /// <exception cref="ModelFolderException">A file is missing, the adapter belongs to another model, or the target exists.</exception>
    public static Task MergeAsync(string adapter, string? baseModel, string target) =>
        TorchThread.Run(
            "merge",
            () =>
            {
                if (Directory.Exists(target))
                    throw new ModelFolderException("target-exists", $"'{target}' exists already", "Name a folder that does not exist yet.");
                var beside = Path.Combine(adapter, BaseFolder);
                var under = baseModel ?? (Directory.Exists(beside) ? beside : LoraAdapter.BaseOf(adapter));
                var part = target + ".part";
                if (Directory.Exists(part))
                    Directory.Delete(part, recursive: true);
                Merge(adapter, under, null, part);
                OwnModelCard.Write(part);
                Directory.Move(part, target);
            }
        );

    static string[] Write(string fittedFolder, string target, bool merged)
    {
        var (models, under, recipe) = FittedFolder.Models(fittedFolder);
        var answers = AnswerSheet.Of(FittedFolder.Prompts(fittedFolder));
        string[] targets =
            models.Count == 1
                ? [target]
                : [.. Enumerable.Range(0, models.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{target}-{i}"))];
        if (targets.FirstOrDefault(Directory.Exists) is { } taken)
            throw new ModelFolderException("target-exists", $"'{taken}' exists already", "Name a folder that does not exist yet.");
        for (var i = 0; i < models.Count; i++)
        {
            var (folder, to) = (models[i], targets[i]);
            var part = to + ".part";
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
            if (recipe.Method == FineTuneMethod.Lora && merged)
                Merge(folder, under.Of(i), answers, part);
            else
                Copy(folder, part);
            // base weights without a name elsewhere are exported with the adapter
            if (recipe.Method == FineTuneMethod.Lora && !merged && under.Wholes[i] is { } whole)
            {
                CopyAdmitted(whole, answers, Path.Combine(part, BaseFolder));
                OwnModelCard.Write(Path.Combine(part, BaseFolder));
            }
            OwnModelCard.Write(part);
            Directory.Move(part, to);
        }
        return targets;
    }

    /// <param name="answers">Of the run; null for an adapter of unknown origin, whose base model is taken as it is.</param>
    static void Merge(string adapter, string baseModel, AnswerSheet? answers, string to)
    {
        var (model, tokenizer) = ModelByName.Load(baseModel, device: TorchSharp.torch.CPU);
        using var loaded = model;
        if (answers is not null)
            ModelStack.Admit(model, answers.Vocabulary(tokenizer));
        LoraAdapter.Load(model, adapter);
        AdapterMerge.Apply(model);
        FittedFolder.SaveWhole(model, ModelByName.Folder(baseModel), to);
    }

    /// <summary>
    /// Copies an earlier run's model. Its answers' tokens are admitted in the copy, because other programs load base and adapter only.
    /// </summary>
    static void CopyAdmitted(string from, AnswerSheet answers, string to)
    {
        Copy(from, to);
        var (model, tokenizer) = ModelByName.Load(from, device: TorchSharp.torch.CPU);
        using var loaded = model;
        if (ModelStack.Admit(model, answers.Vocabulary(tokenizer)))
            ModelFolder.Save(model, to);
    }

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
