using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LiftLab.Engine.Tables.Steps;

/// <summary>Steps as JSON: one list in a file, or one step as text.</summary>
public sealed record StepFile(int Format, IReadOnlyList<TableStep> Steps)
{
    /// <summary>The property that names the kind of a step.</summary>
    public const string Kind = "step";

    /// <summary>The format that this LiftLab writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>More are refused: a list of steps is made by a person.</summary>
    const int MostSteps = 1_000;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    static readonly JsonSerializerOptions Indented = new(Json) { WriteIndented = true };

    /// <summary>The names of all kinds of steps.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
    [
        .. typeof(TableStep)
            .GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
            .Cast<JsonDerivedTypeAttribute>()
            .Select(kind => (string)kind.TypeDiscriminator!),
    ];

    /// <summary>The list as an indented document.</summary>
    public static string Text(IReadOnlyList<TableStep> steps) => JsonSerializer.Serialize(new StepFile(CurrentFormat, steps), Indented);

    /// <summary>One step on one line; equal for equal steps.</summary>
    public static string Text(TableStep step) => JsonSerializer.Serialize(step, Json);

    /// <summary>A list: the document of <see cref="Text(IReadOnlyList{TableStep})"/>, or a bare list of steps.</summary>
    /// <exception cref="BadDataException">It is not a list of steps.</exception>
    public static IReadOnlyList<TableStep> Read(string text) =>
        Parsed(
            text,
            () =>
                text.AsSpan().TrimStart().StartsWith('[') ? JsonSerializer.Deserialize<List<TableStep>>(text, Json)!
                : JsonSerializer.Deserialize<StepFile>(text, Json) is not { } file ? throw new JsonException("the file is empty")
                : file.Format == CurrentFormat ? file.Steps
                : throw new JsonException($"format {file.Format} is not known; this LiftLab reads format {CurrentFormat}")
        )
            is var steps
        && steps.Any(s => s is null)
            ? throw Bad("the list has an empty place")
        : steps.Count > MostSteps ? throw Bad($"there are {steps.Count} steps; at most {MostSteps} are read")
        : steps;

    /// <exception cref="BadDataException">It is not a step.</exception>
    public static TableStep ReadOne(string text) =>
        Parsed(text, () => JsonSerializer.Deserialize<TableStep>(text, Json) ?? throw new JsonException("it is empty"));

    static T Parsed<T>(string text, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            throw Bad(Unknown(text) is { } kind ? $"there is no step '{kind}'" : e.Message.Split(" Path:")[0].TrimEnd('.'));
        }
    }

    /// <summary>The first name of a step that there is not.</summary>
    static string? Unknown(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("steps", out var list))
                root = list;
            var steps = root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToArray() : [root];
            foreach (var step in steps)
                if (
                    step.ValueKind == JsonValueKind.Object
                    && step.TryGetProperty(Kind, out var name)
                    && name.ValueKind == JsonValueKind.String
                    && !Kinds.Contains(name.GetString()!)
                )
                    return name.GetString();
        }
        catch (JsonException) { }
        return null;
    }

    static BadDataException Bad(string what) =>
        new([
            new(
                Severity.Error,
                "steps-unreadable",
                $"these are no steps: {what}",
                $"Give JSON as LiftLab saves it; the steps are {string.Join(", ", Kinds)}."
            ),
        ]);
}
