using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.FineTuning;

/// <summary>The settings of a <see cref="LearnerSpec"/> named "lift": base model, template, recipe.</summary>
/// <param name="Model">"lift-mini", the built-in base model, or a folder in Hugging Face layout.</param>
/// <param name="Start">The folder of an earlier run on that base model, from whose fitted weights training continues; null to start from
/// the base model.</param>
public sealed record LiftSettings(string Model, PromptTemplate Template, FineTune Recipe, string? Start = null)
{
    public const string BuiltIn = "lift-mini",
        LearnerName = "lift";

    /// <summary>Models of the last epochs that stay in the checkpoint folder and answer as the fitted model does; 0 for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int KeptEpochs { get; init; }

    const int MostKeptEpochs = 20;

    public static LiftSettings Default(TaskKind task) => Default(BuiltIn, task);

    /// <summary>The template and the recipe that suit a base model: those of the built-in model, or the paper's.</summary>
    public static LiftSettings Default(string model, TaskKind task) =>
        model == BuiltIn
            ? new(BuiltIn, PromptPresets.LiftMini, FineTunePresets.Standard(task))
            : new(model, PromptPresets.Named("paper", task), FineTunePresets.Paper);

    /// <summary>
    /// The same settings with another base model. The recipe becomes the model's default unless it was changed; so does the template, where
    /// it is the default of the earlier model or made for the built-in one.
    /// </summary>
    public LiftSettings WithModel(string model, TaskKind task)
    {
        if (model == Model)
            return this with { Start = null };
        var (was, now) = (Default(Model, task), Default(model, task));
        var follows =
            Template == was.Template || Template == PaperOf(task) || (Model == BuiltIn && Template.Numbers.Style == NumberStyle.Scaled);
        return new(
            model,
            follows ? now.Template : Template,
            FineTunePresets.For(task).Contains(Recipe) && (Model == BuiltIn) != (model == BuiltIn) ? now.Recipe : Recipe
        );
    }

    /// <summary>
    /// The same settings with another recipe. The recipe of the paper brings the paper's template, where the template is the model's
    /// default; every other recipe brings back the model's default from the paper's template.
    /// </summary>
    public LiftSettings WithRecipe(FineTune recipe, TaskKind task)
    {
        var usual = Default(Model, task).Template;
        var (was, now) = (TemplateOf(Recipe, usual, task), TemplateOf(recipe, usual, task));
        return this with { Recipe = recipe, Template = Template == was ? now : Template };
    }

    static PromptTemplate PaperOf(TaskKind task) => PromptPresets.Named("paper", task);

    static PromptTemplate TemplateOf(FineTune recipe, PromptTemplate usual, TaskKind task) =>
        recipe.Name == FineTunePresets.Paper.Name ? PaperOf(task) : usual;

    /// <summary>The settings of a specification of LIFT, parsed once.</summary>
    /// <exception cref="ArgumentException">A name does not exist, or a value is out of range.</exception>
    public static LiftSettings Of(LearnerSpec spec, TaskKind task) => spec.SettingsFor(task, Parse);

    /// <summary>Replaces a run id in a specification's start by that run's folder.</summary>
    /// <param name="locate">Gives the folder of a run id; null for a text that is not a run id.</param>
    public static LearnerSpec Located(LearnerSpec spec, Func<string, string?> locate)
    {
        if (spec.Settings?["start"] is not JsonValue named || !named.TryGetValue(out string? id) || locate(id) is not { } folder)
            return spec;
        var settings = spec.Settings.DeepClone().AsObject();
        settings["start"] = folder;
        return spec with { Settings = settings };
    }

    /// <summary>
    /// Parses settings; absent ones have their default. <c>template</c> and <c>recipe</c> are a preset's name or a whole object. A recipe's
    /// object may name a preset, <c>"preset": "quick"</c>, and only the values that differ from it.
    /// </summary>
    /// <exception cref="ArgumentException">A name does not exist, or a value is out of range.</exception>
    public static LiftSettings Parse(JsonObject? json, TaskKind task)
    {
        if (json is null)
            return Default(task);
        LiftSettings settings;
        try
        {
            settings = Default(json["model"]?.GetValue<string>() ?? BuiltIn, task);
            if (json["recipe"] is { } recipe)
                settings = settings.WithRecipe(ParseRecipe(recipe, task), task);
            if (json["start"] is { } start)
                settings = settings with { Start = start.GetValue<string>() };
            if (json["keptEpochs"] is { } kept)
                settings = settings with { KeptEpochs = Math.Clamp(kept.GetValue<int>(), 0, MostKeptEpochs) };
            if (json["template"] is { } template)
                settings = settings with { Template = ParseTemplate(template, task) };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ArgumentException($"the settings of LIFT cannot be read: {e.Message}", nameof(json), e);
        }
        settings.Recipe.Check();
        return settings;
    }

    /// <summary>
    /// The settings of a second stage: training continues from the final weights of a run with these settings, with the same recipe.
    /// </summary>
    /// <param name="run">That run's folder.</param>
    /// <param name="was">That run's task.</param>
    /// <param name="task">The new task. If it differs, template and recipe are those of the same name for the new task, or the
    /// defaults.</param>
    public LiftSettings Continued(string run, TaskKind was, TaskKind task) =>
        this with
        {
            Start = run,
            Template =
                was == task
                    ? Template
                    : PromptPresets.For(task).FirstOrDefault(t => t.Name == Template.Name)
                        ?? (Model == BuiltIn ? Default(task).Template : PromptPresets.Named("paper", task)),
            Recipe = FineTunePresets.For(was).Contains(Recipe) ? FineTunePresets.Named(Recipe.Name, task) : Recipe,
        };

    /// <summary>The specification for further epochs after the last one.</summary>
    /// <param name="stoppedAt">The epoch at which training was stopped early; null if it reached the planned end.</param>
    public static LearnerSpec Longer(LearnerSpec spec, LearningTask task, double? stoppedAt, int epochs)
    {
        var settings = Of(spec, task.Kind);
        var rows = task.Split.Train.Count;
        var planned = settings.Recipe.For(task.Schema.Features.Count, rows).EpochsFor(rows);
        var reached = stoppedAt is { } epoch ? Math.Min(planned, (int)Math.Ceiling(epoch)) : planned;
        var recipe = settings.Recipe with { Epochs = reached + epochs, MinimumSteps = 0, MaximumSteps = 0 };
        return (settings with { Recipe = recipe }).ToSpec();
    }

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();

    public LearnerSpec ToSpec() => new(LearnerName, ToJson());

    /// <summary>The JSON format of settings: camelCase, enums as strings.</summary>
    internal static JsonSerializerOptions Json { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };

    static PromptTemplate ParseTemplate(JsonNode node, TaskKind task) =>
        node is JsonObject record ? record.Deserialize<PromptTemplate>(Json)! : PromptPresets.Named(node.GetValue<string>(), task);

    static FineTune ParseRecipe(JsonNode node, TaskKind task)
    {
        if (node is not JsonObject record)
            return FineTunePresets.Named(node.GetValue<string>(), task);
        var start = record["preset"] is { } preset ? FineTunePresets.Named(preset.GetValue<string>(), task) : new FineTune();
        var merged = JsonSerializer.SerializeToNode(start, Json)!.AsObject();
        foreach (var (key, value) in record)
            if (key != "preset")
            {
                if (key is not ("loraAlpha" or "tf32") && !merged.ContainsKey(key))
                    throw new ArgumentException(
                        $"a recipe has no '{key}'; it has {string.Join(", ", merged.Select(p => p.Key).Append("tf32"))}",
                        nameof(node)
                    );
                merged[key] = value?.DeepClone();
            }
        // an explicit batch size does not grow
        if (record.ContainsKey("batchSize") && !record.ContainsKey("batchGrowth"))
            merged["batchGrowth"] = 1;
        return merged.Deserialize<FineTune>(Json)!;
    }
}
