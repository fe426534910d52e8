using System.Security.Cryptography;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// What a fine-tune starts from: a base model, or what an earlier run has made of one. The earlier run's weights (a whole model, an
/// adapter, or
/// both; of several members each one's) are copied into the new run's checkpoint folder as <c>start/</c>, with <c>start.json</c> that says
/// whence
/// and their checksums: the result can be made again when the earlier run is gone.
/// </summary>
/// <param name="Model">The base model's name or folder, as settings have it.</param>
/// <param name="Members">What the earlier run's models left, in their order; empty for the base model itself.</param>
/// <param name="Recipe">Of the earlier run, whose shape its adapters have; null without one.</param>
public sealed record StartWeights(string Model, IReadOnlyList<StartMember> Members, FineTune? Recipe)
{
    const string Folder = "start",
        File = "start.json",
        WholeFolder = "model",
        AdapterFolder = "adapter";

    /// <summary>What start.json holds.</summary>
    /// <param name="Run">The earlier run's folder at the time.</param>
    /// <param name="Members">Folders in this one; null in runs of before there was more than one.</param>
    sealed record Kept(
        string Run,
        string Model,
        FineTune Recipe,
        IReadOnlyList<KeptFile> Files,
        IReadOnlyList<StartMember>? Members = null
    );

    sealed record KeptFile(string Name, long Bytes, string Sha256);

    /// <summary>What a member of the new run starts from; where the earlier run had fewer, they serve in turn.</summary>
    /// <param name="member">From 0.</param>
    public StartMember For(int member) => Members.Count == 0 ? new(null, null) : Members[member % Members.Count];

    /// <summary>What a member's frozen weights, configuration and tokenizer are loaded from: a name or folder.</summary>
    /// <param name="member">From 0.</param>
    public string Base(int member) => For(member).Whole ?? Model;

    /// <summary>The folder with configuration and tokenizer that these settings come to; nothing is copied.</summary>
    /// <exception cref="ModelFolderException">There is no such model, or the run to start from has no fitted one.</exception>
    public static string BaseFolderOf(LiftSettings settings) => ModelByName.Folder(Of(settings, "").Base(0));

    /// <summary>Whether a run with these settings can start; where they name no earlier run, nothing is looked at.</summary>
    /// <exception cref="ModelFolderException">The run to start from is not there, has no fitted model, or an adapter of another
    /// shape.</exception>
    public static void Check(LiftSettings settings)
    {
        if (settings.Start is not null)
            Of(settings, "").Check(settings.Recipe);
    }

    /// <summary>
    /// Copies what the settings start from into a checkpoint folder, whole or not at all. Nothing happens where they name no earlier run,
    /// and where it is there.
    /// </summary>
    /// <exception cref="ModelFolderException">The run to start from is not there, or has no fitted model.</exception>
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

    /// <summary>What a run with these settings starts from: what was kept for it, or, outside runs, what lies in the earlier run.</summary>
    /// <param name="checkpointFolder">Of the run that starts; empty outside runs.</param>
    /// <param name="looksAgain">The checksums of what was kept are compared; large files take a while.</param>
    /// <exception cref="ModelFolderException">The run to start from is not there, has no fitted model, or what was kept of it has
    /// changed.</exception>
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

    /// <summary>Whether a recipe can go on from here.</summary>
    /// <exception cref="ModelFolderException">An adapter goes on learning as it is, and the recipe wants one of another shape.</exception>
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
            $"the adapter to start from ({Shape(Recipe!)}) goes on learning, and the recipe asks for another ({Shape(recipe)})",
            "Give the recipe the adapter's rank, alpha, layers and kind, or let all weights learn (method full): the adapter is then added to them first."
        );
    }

    /// <summary>
    /// Makes a member's model that was loaded from <see cref="Base"/> ready to learn: all weights, or adapters, those of the start as they
    /// are.
    /// </summary>
    /// <param name="tokenizer">The model's own.</param>
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
            throw new ModelFolderException(e.Code, e.What, "Let the adapter itself go on learning (method lora).", e);
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
                        "Copy the run folder again, or start the run anew."
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
                $"{path} and what it names cannot be read: {e.Message}",
                "Copy the run folder again, or start the run anew.",
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
