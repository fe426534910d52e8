using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.OpenAi;

/// <summary>What a fitted model of a provider is on this side: its name there, and how rows are written and answers are read.</summary>
/// <param name="Model">The name of the model that answers: the fine-tuned one, or the base model.</param>
/// <param name="Solved">Solved rows that precede each question; empty for a fine-tuned model.</param>
/// <param name="Chosen">The settings with the values that fitting chose, as the report shows them.</param>
sealed record FittedProvider(
    OpenAiSettings Settings,
    string Model,
    RowForm Form,
    ScoringProbe Probe,
    PromptState Prompts,
    IReadOnlyList<Example> Solved,
    JsonObject Chosen
)
{
    const string FileName = "provider.json";

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public async Task KeepAsync(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        await using var stream = new FileStream(Path.Combine(folder, FileName), FileMode.Create);
        await JsonSerializer.SerializeAsync(stream, this, Json, cancel);
        stream.Flush(flushToDisk: true);
    }

    /// <exception cref="KeptModelException">The file is missing or damaged.</exception>
    public static async Task<FittedProvider> OpenAsync(string folder, CancellationToken cancel)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            await using var stream = File.OpenRead(file);
            return
                await JsonSerializer.DeserializeAsync<FittedProvider>(stream, Json, cancel)
                    is { Settings.Provider: not null, Prompts: not null, Model: not null, Probe: not null } fitted
                ? fitted
                : throw Damaged(file, null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeptModelException("kept-model-missing", $"{file} is missing", "Fit the model again.", e);
        }
        catch (JsonException e)
        {
            throw Damaged(file, e);
        }
    }

    static KeptModelException Damaged(string file, Exception? inner) =>
        new("kept-model-damaged", $"{file} cannot be read as a kept model of a provider", "Fit the model again.", inner);
}
