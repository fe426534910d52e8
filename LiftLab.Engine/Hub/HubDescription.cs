using System.Text.Json;

namespace LiftLab.Engine.Hub;

/// <summary>Reads a hub's description of a model. Everything in it is checked, because names and sizes become paths and limits.</summary>
static class HubDescription
{
    const long LargestFile = 10L << 40;
    const int CommitLength = 40,
        Sha256Length = 64;

    /// <exception cref="FormatException">It is not a description of a model, or contradicts itself.</exception>
    public static HubModel Read(JsonElement json, string id, string revision)
    {
        var files = new List<HubFile>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var sibling in json.GetProperty("siblings").EnumerateArray())
        {
            var file = FileOf(sibling);
            if (!names.Add(file.Name))
                throw new FormatException($"it lists the file '{file.Name}' twice");
            files.Add(file);
        }
        var gated = json.TryGetProperty("gated", out var gate) && gate.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);
        var name = TextOf(json, "id") ?? id;
        if (!HubClient.IsName(name))
            throw new FormatException($"it calls the model '{name}', which is not a name");
        var commit = TextOf(json, "sha");
        if (!IsHash(commit, CommitLength))
            throw new FormatException($"the commit of the model is '{commit}'");
        return new(name, revision, commit!, Licence(json), gated, files);
    }

    static HubFile FileOf(JsonElement sibling)
    {
        var name = TextOf(sibling, "rfilename");
        if (string.IsNullOrEmpty(name))
            throw new FormatException("it lists a file without a name");
        var large = sibling.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object;
        var size = (large && lfs.TryGetProperty("size", out var given) ? given : sibling.GetProperty("size")).GetInt64();
        if (size is < 0 or > LargestFile)
            throw new FormatException($"it gives the file '{name}' a size of {size} bytes");
        var (sha256, blob) = (large ? TextOf(lfs, "sha256") : null, large ? null : TextOf(sibling, "blobId"));
        if (large && !IsHash(sha256, Sha256Length))
            throw new FormatException($"it gives the file '{name}' the hash '{sha256}'");
        if (blob is not null && !IsHash(blob, CommitLength))
            throw new FormatException($"it gives the file '{name}' the hash '{blob}'");
        return new(name, size, sha256, blob);
    }

    static bool IsHash(string? text, int length) => text is not null && text.Length == length && text.All(char.IsAsciiHexDigit);

    static string? TextOf(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    static string? Licence(JsonElement json)
    {
        if (
            json.TryGetProperty("cardData", out var card)
            && card.ValueKind == JsonValueKind.Object
            && card.TryGetProperty("license", out var licence)
        )
        {
            var word =
                licence.ValueKind == JsonValueKind.Array
                    ? string.Join(", ", licence.EnumerateArray().Select(l => l.GetString()))
                    : licence.GetString();
            return word == "other" && TextOf(card, "license_name") is { } own ? own : word;
        }
        return json.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
            ? tags.EnumerateArray()
                .Select(t => t.GetString())
                .FirstOrDefault(t => t?.StartsWith("license:", StringComparison.Ordinal) == true)
                ?["license:".Length..]
            : null;
    }
}
