using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.OpenAi;

/// <summary>The settings of a <see cref="LearnerSpec"/> named "openai": LIFT on a model that a provider trains and serves.</summary>
/// <param name="Model">The provider's name of the model ("gpt-4o-mini-2024-07-18").</param>
public sealed record OpenAiSettings(Provider Provider, string Model, PromptTemplate Template)
{
    public const string LearnerName = "openai";

    public const string Title = "LIFT on a provider's model";

    /// <summary>
    /// The name under which the model is deployed, at hosts where a person deploys models (Azure); null where it is the model's name.
    /// </summary>
    public string? Deployment { get; init; }

    /// <summary>Whether the model is fine-tuned. Otherwise it answers as it is, with <see cref="Examples"/> training rows before each
    /// question.</summary>
    public bool Trains { get; init; } = true;

    /// <summary>Training rows before each question of a model that is not fine-tuned; 0 for none (zero-shot).</summary>
    public int Examples { get; init; }

    /// <summary>Passes over the training rows; null for the provider's choice.</summary>
    public int? Epochs { get; init; }

    /// <summary>Rows per step; null for the provider's choice.</summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Learning rates in the provider's meaning, one job each; the one that is best on the validation rows is kept. Empty for the
    /// provider's choice.
    /// </summary>
    public IReadOnlyList<double> Rates
    {
        get;
        init => field = value ?? [];
    } = [];

    public RowForm Form { get; init; }

    public Scoring Scoring { get; init; }

    /// <summary>Answers that are drawn again where a number is unreadable, at <see cref="DrawTemperature"/>.</summary>
    public int Draws { get; init; } = 5;

    public double DrawTemperature { get; init; } = 0.75;

    /// <summary>Answers per row from which frequencies are counted, for <see cref="Scoring.Frequencies"/>.</summary>
    public int Samples { get; init; } = 10;

    /// <summary>Questions that are sent at the same time.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>The run ends before it costs more than so many US dollars, by the price list; null for no limit.</summary>
    public decimal? MostDollars { get; init; }

    /// <summary>A run folder from whose kept exchanges all answers are taken: nothing is sent. Null to use the service.</summary>
    public string? Replay { get; init; }

    static JsonSerializerOptions Json { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };

    public static OpenAiSettings Default(Provider provider, string model, TaskKind task, bool trains = true) =>
        new(provider, model, TemplateFor(task, trains)) { Trains = trains };

    /// <summary>
    /// The paper's prompt for GPT-3, where the completion follows the prompt directly. A model that is not fine-tuned answers with labels,
    /// because it cannot know the codes of classes.
    /// </summary>
    static PromptTemplate TemplateFor(TaskKind task, bool trains)
    {
        var paper = PromptPresets.Named("paper", task) with { Joint = "" };
        return trains ? paper : paper with { Name = "paper, labels", Classes = ClassWording.Label };
    }

    /// <summary>The provider that a specification names with its address; null for other learners, and for a name alone.</summary>
    public static Provider? ProviderOf(LearnerSpec spec)
    {
        try
        {
            return spec.Name == LearnerName && spec.Settings?["provider"] is JsonObject provider
                ? provider.Deserialize<Provider>(Json)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The settings of a specification, parsed once.</summary>
    /// <exception cref="ArgumentException">A value is missing, does not exist or is out of range.</exception>
    public static OpenAiSettings Of(LearnerSpec spec, TaskKind task) => spec.SettingsFor(task, Parse);

    /// <summary>
    /// Parses settings; absent ones have their default. <c>provider</c> is a name or an object; <c>template</c> a preset's name or an
    /// object.
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public static OpenAiSettings Parse(JsonObject? json, TaskKind task)
    {
        if (json?["provider"] is null || json["model"] is null)
            throw new ArgumentException("the settings of a provider's model need a provider and a model");
        OpenAiSettings settings;
        try
        {
            var full = json.DeepClone().AsObject();
            if (json["provider"] is JsonValue name)
                full["provider"] = JsonSerializer.SerializeToNode(Provider.Named(name.GetValue<string>()), Json);
            var trains = json["trains"]?.GetValue<bool>() ?? true;
            full["template"] = json["template"] switch
            {
                null => JsonSerializer.SerializeToNode(TemplateFor(task, trains), Json),
                JsonValue preset => JsonSerializer.SerializeToNode(PromptPresets.Named(preset.GetValue<string>(), task), Json),
                var whole => whole.DeepClone(),
            };
            settings = full.Deserialize<OpenAiSettings>(Json)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ArgumentException($"the settings of a provider's model cannot be read: {e.Message}", nameof(json), e);
        }
        settings.Check();
        return settings;
    }

    void Check()
    {
        if (Provider is null || Template is null)
            throw new ArgumentException("the settings of a provider's model need a provider and a template");
        Provider.Check();
        if (string.IsNullOrWhiteSpace(Model) || Model.Length > 300)
            throw new ArgumentException("name the provider's model, in at most 300 characters");
        Range(Epochs is null or (>= 1 and <= 50), "epochs", "1 to 50");
        Range(BatchSize is null or (>= 1 and <= 256), "rows per step", "1 to 256");
        Range(Rates.Count <= 8 && Rates.All(r => r is > 0 and <= 100), "rates", "at most 8 numbers above 0 and up to 100");
        Range(Rates.Distinct().Count() == Rates.Count, "rates", "different numbers");
        Range(Examples is >= 0 and <= 200, "examples", "0 to 200");
        Range(Draws is >= 0 and <= 20, "draws", "0 to 20");
        Range(DrawTemperature is > 0 and <= 2, "the temperature of draws", "above 0 and up to 2");
        Range(Samples is >= 1 and <= 100, "samples", "1 to 100");
        Range(AtOnce is >= 1 and <= 64, "questions at the same time", "1 to 64");
        Range(MostDollars is null or >= 0, "the limit in dollars", "0 or more");
        if (Deployment is not null && (!Provider.Dialect.DeploysFirst || Deployment.Length is 0 or > 100))
            throw new ArgumentException(
                Provider.Dialect.DeploysFirst
                    ? "name the deployment in at most 100 characters"
                    : $"{Provider.Dialect.Title} has no deployments: leave the deployment out"
            );
        if (Deployment is not null && Trains && Rates.Count > 1)
            throw new ArgumentException("one deployment serves one model: give one rate, or leave the deployment out");
        if (Trains && Examples > 0)
            throw new ArgumentException("examples precede the questions of a model that is not fine-tuned: set trains to false");
    }

    static void Range(bool holds, string what, string range)
    {
        if (!holds)
            throw new ArgumentException($"{what}: give {range}");
    }

    /// <summary>How rows are sent: chosen, or what the model and its host take.</summary>
    [JsonIgnore]
    public RowForm FormInUse =>
        Form != RowForm.Auto ? Form
        : Provider.Dialect.TrainsOnCompletions || Model is "davinci-002" or "babbage-002" ? RowForm.Completion
        : RowForm.Chat;

    /// <summary>The same for another kind of task, or trained instead of asked: its template is the usual one then.</summary>
    public OpenAiSettings Retrained(bool trains, TaskKind task) =>
        this with
        {
            Trains = trains,
            Template = trains == Trains ? Template : TemplateFor(task, trains),
            Examples = trains ? 0 : Examples,
        };

    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, Json)!.AsObject();

    public LearnerSpec ToSpec() => new(LearnerName, ToJson());
}
