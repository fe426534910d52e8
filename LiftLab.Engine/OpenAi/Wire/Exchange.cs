using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>One request and its answer, as the run folder keeps them. Headers are not kept, because one of them holds the key.</summary>
/// <param name="Path">Path and query below the provider's address.</param>
/// <param name="Key">Equal for requests that ask for the same; see <see cref="KeyOf"/>.</param>
public sealed record Exchange(DateTimeOffset At, string Method, string Path, string Key, string? Asked, int Status, string Answered)
{
    /// <summary>The service's number of the request, for questions to its support; null where it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>SHA-256 of method, path and body, without what differs between runs that ask for the same.</summary>
    /// <param name="body">JSON; null for no body, and for uploads, whose boundary is random.</param>
    public static string KeyOf(string method, string path, string? body)
    {
        var text = $"{method} {path}\n{Settled(body)}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    static string Settled(string? body)
    {
        if (body is null)
            return "";
        try
        {
            if (JsonNode.Parse(body) is not JsonObject json)
                return body;
            json.Remove("metadata"); // holds the run's own key
            return json.ToJsonString();
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
