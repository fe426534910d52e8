using System.Text.Json;

namespace LiftLab.Engine.OpenAi.Money;

/// <summary>Something that a provider bills.</summary>
/// <param name="Fit">Which fit has spent it: a study has several.</param>
/// <param name="Job">The fine-tuning job that trained the tokens; null for questions.</param>
/// <param name="Trained">Tokens that the job trained, as the service bills them.</param>
/// <param name="Asked">Tokens of prompts.</param>
/// <param name="Answered">Tokens that the model generated.</param>
/// <param name="Dollars">By the list of prices at that time; null where it had no price.</param>
public sealed record SpendingEntry(DateTimeOffset At, string Fit, string? Job, long Trained, long Asked, long Answered, decimal? Dollars);

/// <summary>
/// What the work in a folder has spent, entry by entry: JSON Lines that are appended and never rewritten. It stays when models and
/// checkpoints are deleted.
/// </summary>
public sealed class SpendingFile(string path)
{
    public const string FileName = "spending.jsonl";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Several fits of a study write to one file, and dashboards beside them.</summary>
    /// <inheritdoc cref="SharedLines.Add"/>
    public void Add(SpendingEntry entry) => SharedLines.Add(path, JsonSerializer.SerializeToUtf8Bytes(entry, Json));

    /// <summary>Empty where there is no file. A line that was cut off is left out.</summary>
    public IReadOnlyList<SpendingEntry> Read() => File.Exists(path) ? [.. Lines().Select(Parse).OfType<SpendingEntry>()] : [];

    List<string> Lines()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        var lines = new List<string>();
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }

    static SpendingEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SpendingEntry>(line, Json) is { Fit: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
