using System.Text.Json;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>The exchanges of a run with its provider: JSON Lines, appended and never rewritten. Thread-safe.</summary>
public sealed class ExchangeLog(string file)
{
    public const string FileName = "exchanges.jsonl";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A worker that another one has replaced may still write an answer that was paid.</summary>
    /// <inheritdoc cref="SharedLines.Add"/>
    public void Add(Exchange exchange) => SharedLines.Add(file, JsonSerializer.SerializeToUtf8Bytes(exchange, Json));

    /// <summary>All whole exchanges; empty where there is no file. A line that was cut off is left out.</summary>
    public static IReadOnlyList<Exchange> Read(string file) =>
        File.Exists(file) ? [.. File.ReadLines(file).Select(Parse).OfType<Exchange>()] : [];

    /// <summary>The last exchanges, newest first, without reading a long file from its beginning.</summary>
    public static IReadOnlyList<Exchange> Last(string file, int most)
    {
        const int Enough = 256 << 10;
        if (!File.Exists(file))
            return [];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(Math.Max(0, stream.Length - Enough), SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        // The first line may be cut; it is then no exchange.
        return [.. reader.ReadToEnd().Split('\n').Select(Parse).OfType<Exchange>().Reverse().Take(most)];
    }

    static Exchange? Parse(string line) => Parse(System.Text.Encoding.UTF8.GetBytes(line));

    /// <summary>Null for a line that was cut off.</summary>
    internal static Exchange? Parse(byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize<Exchange>(line, Json) is { Key: not null, Path: not null, Answered: not null } exchange
                ? exchange
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
