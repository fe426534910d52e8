using System.Security.Cryptography;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// The weights from which a fine-tune starts: a base model, or the fitted weights of an earlier run on it. The earlier run's weights (a
/// whole model, an adapter, or both, for each member) are copied into the new run's checkpoint folder as <c>start/</c>, with their source
/// and checksums in <c>start.json</c>, so that the result is reproducible after the earlier run is deleted.
/// </summary>
/// <param name="Model">The base model's name or folder, as in the settings.</param>
/// <param name="Members">The weights of the earlier run's models, in their order; empty for the base model itself.</param>
/// <param name="Recipe">The earlier run's recipe, which gives the shape of its adapters; null without an earlier run.</param>
public sealed record StartWeights(string Model, IReadOnlyList<StartMember> Members, FineTune? Recipe)
{
    const string Folder = "start",
        File = "start.json",
        WholeFolder = "model",
        AdapterFolder = "adapter";

    /// <summary>The content of start.json.</summary>
    /// <param name="Run">The earlier run's folder at the time of copying.</param>
    /// <param name="Members">Folders in this one; null in runs from before there was more than one.</param>
    sealed record Kept(
        string Run,
        string Model,
        FineTune Recipe,
        IReadOnlyList<KeptFile> Files,
        IReadOnlyList<StartMember>? Members = null
    );

    sealed record KeptFile(string Name, long Bytes, string Sha256);

    /// <summary>
    /// The weights from which a member of the new run starts; if the earlier run had fewer members, they are reused in turn.
    /// </summary>
    /// <param name="member">From 0.</param>
    public StartMember For(int member) => Members.Count == 0 ? new(null, null) : Members[member % Members.Count];

    /// <summary>The source of a member's frozen weights, configuration and tokenizer: a name or folder.</summary>
    /// <param name="member">From 0.</param>
    public string Base(int member) => For(member).Whole ?? Model;

    /// <summary>The folder with configuration and tokenizer for these settings; nothing is copied.</summary>
    /// <exception cref="ModelFolderException">There is no such model, or the run to start from has no fitted model.</exception>
    public static string BaseFolderOf(LiftSettings settings) => ModelByName.Folder(Of(settings, "").Base(0));

    /// <summary>Checks that a run with these settings can start. Does nothing if they name no earlier run.</summary>
    /// <exception cref="ModelFolderException">
    /// The run to start from does not exist, has no fitted model, or has an adapter of another shape.
    /// </exception>
    public static void Check(LiftSettings settings)
    {
        if (settings.Start is not null)
            Of(settings, "").Check(settings.Recipe);
    }

    /// <summary>
    /// Copies the start weights into a checkpoint folder, atomically. Does nothing if the settings name no earlier run, or if the copy
    /// exists.
    /// </summary>
    /// <exception cref="ModelFolderException">The run to start from does not exist, or has no fitted model.</exception>
    public static void Keep(LiftSettings settings, string checkpointFolder)
    {
        var target = Path.Combine(checkpointFolder, Folder);
        if (settings.Start is not { } run || Directory.Exists(target))
            return;
        var from = Of(settings, "");
        var part = target + ".part";
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        var files = new List<KeptFile>();
        var copies = new Dictionary<string, string>(StringComparer.Ordinal); // adapters may share a whole model
        var members = from
            .Members.Take(settings.Recipe.Members)
            .Select((m, i) => new StartMember(Copied(m.Whole, WholeFolder, i), Copied(m.Adapter, AdapterFolder, i)))
            .ToArray();
        System.IO.File.WriteAllText(
            Path.Combine(part, File),
            JsonSerializer.Serialize(new Kept(run, from.Model, from.Recipe!, files, members), LiftSettings.Json)
        );
        Directory.Move(part, target);

        string? Copied(string? folder, string name, int member)
        {
            if (folder is null)
                return null;
            if (copies.TryGetValue(folder, out var there))
                return there;
            there = member == 0 ? name : FormattableString.Invariant($"{name}-{member}");
            Copy(folder, part, there, files);
            return copies[folder] = there;
        }
    }

    /// <summary>The start weights for these settings: the run's own copy or, outside runs, the earlier run's weights.</summary>
    /// <param name="checkpointFolder">Checkpoint folder of the run that starts; empty outside runs.</param>
    /// <param name="looksAgain">Compares checksums of the copy; takes long for large files.</param>
    /// <exception cref="ModelFolderException">
    /// The run to start from does not exist or has no fitted model, or its copy has changed.
    /// </exception>
    internal static StartWeights Of(LiftSettings settings, string checkpointFolder, bool looksAgain = false)
    {
        if (settings.Start is not { } run)
            return new(settings.Model, [], null);
        if (checkpointFolder.Length > 0)
        {
            Keep(settings, checkpointFolder);
            return Read(Path.Combine(checkpointFolder, Folder), looksAgain);
        }
        var fitted = FittedFolder.Of(run);
        if (!FittedFolder.IsThere(fitted))
            throw new ModelFolderException(
                "start-missing",
                $"the run to start from, '{run}', has no fitted LIFT model: it was deleted or moved, has not finished, or trained something else",
                "Start from another run, or from the base model."
            );
        var (models, before, recipe) = FittedFolder.Models(fitted);
        return new(
            before.Model,
            [
                .. models.Select(
                    (folder, i) => recipe.Method == FineTuneMethod.Full ? new StartMember(folder, null) : new(before.Wholes[i], folder)
                ),
            ],
            recipe
        );
    }

    /// <summary>Checks that training can continue from these weights with a recipe.</summary>
    /// <exception cref="ModelFolderException">
    /// Training continues with the adapter of these weights, and the recipe has an adapter of another shape.
    /// </exception>
    internal void Check(FineTune recipe)
    {
        static string Shape(FineTune r) =>
            FormattableString.Invariant(
                $"rank {r.LoraRank}, alpha {r.LoraAlpha ?? r.LoraRank}, layers {r.LoraTargets}, {(r.Dora ? "DoRA" : "LoRA")}"
            );
        if (For(0).Adapter is null || recipe.Method == FineTuneMethod.Full || Shape(recipe) == Shape(Recipe!))
            return;
        throw new ModelFolderException(
            "start-shape",
            $"the adapter to start from ({Shape(Recipe!)}) continues training, but the recipe has another shape ({Shape(recipe)})",
            "Give the recipe the adapter's rank, alpha, layers and kind, or train all weights (method full): the adapter is then merged into them first."
        );
    }

    /// <summary>
    /// Prepares a member's model, loaded from <see cref="Base"/>, for training: all weights, or adapters. Adapters of the start weights are
    /// loaded unchanged.
    /// </summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    internal void Prepare(LanguageModel model, int member, FineTune recipe, Tokenizer tokenizer, long seed)
    {
        var adapter = For(member).Adapter;
        if (recipe.Method == FineTuneMethod.Full)
        {
            if (adapter is not null)
                Merge(model, adapter);
            else if (
                member > 0
                && recipe.OwnStarts
                && For(member).Whole is null
                && FirstWeights.OfUntrained(ModelByName.Folder(Model)) is { } first
            )
                (first with { Seed = first.Seed + member }).Apply(model, tokenizer.FirstLevelId, tokenizer.Levels, tokenizer.LevelColumns);
            model.SetTrainable(true);
            if (recipe.FrozenEmbedding)
                foreach (var weight in model.Tokens.Layer.Weights)
                    weight.Trainable = false;
            return;
        }
        LoraAdapter.Attach(model, new(new(recipe.LoraRank, recipe.LoraAlpha, recipe.LoraDropout, recipe.Dora), recipe.Targets), seed);
        if (adapter is not null)
            LoraAdapter.Load(model, adapter);
    }

    static void Merge(LanguageModel model, string adapter)
    {
        LoraAdapter.Load(model, adapter);
        try
        {
            AdapterMerge.Apply(model);
        }
        catch (ModelFolderException e)
        {
            throw new ModelFolderException(e.Code, e.What, "Continue training the adapter instead (method lora).", e);
        }
    }

    static StartWeights Read(string folder, bool looksAgain)
    {
        var path = Path.Combine(folder, File);
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(System.IO.File.ReadAllText(path), LiftSettings.Json)!;
            foreach (var file in looksAgain ? kept.Files : [])
                if (Sum(Path.Combine(folder, file.Name)) != file.Sha256)
                    throw new ModelFolderException(
                        "start-changed",
                        $"'{Path.Combine(folder, file.Name)}', which this run started from, has changed",
                        "Copy the run folder again, or start the run again."
                    );
            string? Part(string? name) =>
                name is not null && Directory.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : null;
            return new(
                kept.Model,
                [.. (kept.Members ?? [new(WholeFolder, AdapterFolder)]).Select(m => new StartMember(Part(m.Whole), Part(m.Adapter)))],
                kept.Recipe
            );
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ModelFolderException(
                "start-broken",
                $"{path} or a file that it names cannot be read: {e.Message}",
                "Copy the run folder again, or start the run again.",
                e
            );
        }
    }

    static void Copy(string from, string part, string name, List<KeptFile> files)
    {
        var to = Directory.CreateDirectory(Path.Combine(part, name)).FullName;
        foreach (var file in new DirectoryInfo(from).GetFiles())
        {
            file.CopyTo(Path.Combine(to, file.Name));
            files.Add(new(name + "/" + file.Name, file.Length, Sum(Path.Combine(to, file.Name))));
        }
    }

    static string Sum(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
