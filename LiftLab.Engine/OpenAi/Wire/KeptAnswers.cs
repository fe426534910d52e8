using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>
/// Answers of a model that a run has received before, from its kept exchanges. A run that was interrupted takes each of them once and asks
/// for the missing ones only, because every answer is billed. Thread-safe.
/// </summary>
sealed class KeptAnswers
{
    readonly Lock gate = new();
    readonly string file;

    /// <summary>Places of the answers in the file by the key of their exchange, oldest first.</summary>
    readonly Dictionary<string, Queue<(long At, int Length)>> places = new(StringComparer.Ordinal);

    /// <param name="file">The run's exchanges; need not exist.</param>
    public KeptAnswers(string file)
    {
        this.file = file;
        foreach (var (at, line) in Lines())
            if (
                ExchangeLog.Parse(line) is { Method: "POST", Status: >= 200 and < 300 } exchange
                && exchange.Path.Split('?')[0].EndsWith("completions", StringComparison.Ordinal)
                && Answer(exchange) is { } answer
            )
            {
                if (!places.TryGetValue(exchange.Key, out var queue))
                    places[exchange.Key] = queue = new();
                queue.Enqueue((at, line.Length));
                if (answer["usage"] is not JsonObject usage)
                    continue;
                Asked += Fields.Whole(usage, "prompt_tokens") ?? 0;
                Answered += Fields.Whole(usage, "completion_tokens") ?? 0;
            }
    }

    /// <summary>Tokens of the prompts of all kept answers, as the service counts them.</summary>
    public long Asked { get; }

    /// <summary>Tokens of all kept answers.</summary>
    public long Answered { get; }

    /// <summary>The oldest answer to this request that was not taken yet; null where there is none.</summary>
    public JsonObject? Take(string key)
    {
        lock (gate)
        {
            if (!places.TryGetValue(key, out var queue) || !queue.TryDequeue(out var place))
                return null;
            using var stream = Open();
            stream.Seek(place.At, SeekOrigin.Begin);
            var line = new byte[place.Length];
            stream.ReadExactly(line);
            return ExchangeLog.Parse(line) is { } exchange ? Answer(exchange) : null;
        }
    }

    /// <summary>Null where the service answered with something else than choices: it is asked again then.</summary>
    static JsonObject? Answer(Exchange exchange)
    {
        try
        {
            return JsonNode.Parse(exchange.Answered) is JsonObject json && json["choices"] is JsonArray { Count: > 0 } ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The lines with their places. A line that was cut off is no exchange.</summary>
    IEnumerable<(long At, byte[] Line)> Lines()
    {
        if (!File.Exists(file))
            yield break;
        using var stream = new BufferedStream(Open(), 1 << 16);
        var line = new MemoryStream();
        long at = 0;
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
            if (next != '\n')
                line.WriteByte((byte)next);
            else
            {
                yield return (at, line.ToArray());
                at += line.Length + 1;
                line.SetLength(0);
            }
    }

    FileStream Open() => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
