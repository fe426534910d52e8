using System.Globalization;
using System.Text.Json;

namespace LiftLab.Engine.OpenMl;

/// <summary>Reads the answers of OpenML. Numbers may be texts, and a list of one may be the one.</summary>
static class OpenMlJson
{
    /// <exception cref="FormatException">It is not a description.</exception>
    public static OpenMlDataset Description(JsonElement answer, Uri endpoint)
    {
        var json = Member(answer, "data_set_description");
        var id = Whole(json, "id") ?? throw new FormatException("the description has no id");
        return new(
            id,
            Text(json, "name") ?? throw new FormatException("the description has no name"),
            Whole(json, "version") ?? 1,
            Text(json, "status") ?? OpenMlDataset.Active,
            Text(json, "format") ?? "",
            Address(Text(json, "url")),
            Address(Text(json, "parquet_url")),
            Text(json, "md5_checksum") is { Length: 32 } md5 && md5.All(char.IsAsciiHexDigit) ? md5.ToLowerInvariant() : null
        )
        {
            Page = string.Create(CultureInfo.InvariantCulture, $"{endpoint.AbsoluteUri.TrimEnd('/')}/d/{id}"),
            Description = Text(json, "description"),
            Licence = Text(json, "licence"),
            Citation = Text(json, "citation"),
            Creators = Texts(json, "creator"),
            Origin = Text(json, "original_data_url"),
            Targets = Names(json, "default_target_attribute"),
            RowIds = Names(json, "row_id_attribute"),
            Ignored = Names(json, "ignore_attribute"),
        };
    }

    /// <exception cref="FormatException">It is not a list.</exception>
    public static IReadOnlyList<OpenMlVersion> List(JsonElement answer) =>
        [
            .. Elements(Member(answer, "data"), "dataset")
                .Select(d => new OpenMlVersion(
                    Whole(d, "did") ?? throw new FormatException("an entry of the list has no did"),
                    Text(d, "name") ?? "",
                    Whole(d, "version") ?? 1,
                    Text(d, "status") ?? OpenMlDataset.Active,
                    Quality(d, "NumberOfInstances"),
                    Quality(d, "NumberOfFeatures")
                ))
                .OrderBy(v => v.Version)
                .ThenBy(v => v.Id),
        ];

    /// <summary>Adds the numbers of rows and columns.</summary>
    public static OpenMlDataset WithQualities(OpenMlDataset dataset, JsonElement answer)
    {
        var qualities = Member(answer, "data_qualities");
        return dataset with
        {
            Rows = Quality(qualities, "NumberOfInstances"),
            Columns = dataset.Columns ?? Quality(qualities, "NumberOfFeatures"),
        };
    }

    /// <summary>Adds what is said about single columns.</summary>
    public static OpenMlDataset WithFeatures(OpenMlDataset dataset, JsonElement answer)
    {
        var features = Elements(Member(answer, "data_features"), "feature");
        string[] Which(Func<JsonElement, bool> has) => [.. features.Where(has).Select(f => Text(f, "name")).OfType<string>()];
        return dataset with
        {
            Columns = features.Length > 0 ? features.Length : dataset.Columns,
            Nominal = Which(f => Text(f, "data_type") == "nominal"),
            RowIds = [.. dataset.RowIds.Union(Which(f => Text(f, "is_row_identifier") == "true"))],
            Ignored = [.. dataset.Ignored.Union(Which(f => Text(f, "is_ignore") == "true"))],
        };
    }

    /// <summary>Code and message of an error; null where the answer is none.</summary>
    public static (int Code, string Message)? Error(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out var error)
            ? (Whole(error, "code") ?? 0, Text(error, "message") ?? "")
            : null;

    /// <summary>The dataset of a task; null where the answer has none.</summary>
    public static int? DatasetOfTask(JsonElement answer) =>
        Elements(Member(answer, "task"), "input")
            .Where(i => i.ValueKind == JsonValueKind.Object && i.TryGetProperty("data_set", out _))
            .Select(i => Whole(i.GetProperty("data_set"), "data_set_id"))
            .FirstOrDefault(id => id is not null);

    static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object
            ? member
            : throw new FormatException($"the answer has no part '{name}'");

    static JsonElement[] Elements(JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var list) ? []
        : list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()]
        : list.ValueKind == JsonValueKind.Object ? [list]
        : [];

    static int? Quality(JsonElement json, string name) =>
        Elements(json, "quality").Where(q => Text(q, "name") == name).Select(q => Whole(q, "value")).FirstOrDefault();

    static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? Text(value) : null;

    static string? Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() is { } text && text.Trim() is { Length: > 0 } trimmed ? trimmed : null,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Array when value.GetArrayLength() == 1 => Text(value[0]),
            _ => null,
        };

    static IReadOnlyList<string> Texts(JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Text).OfType<string>()]
        : Text(value) is { } one ? [one]
        : [];

    /// <summary>Names of columns: a list, or a text with commas between the names.</summary>
    static IReadOnlyList<string> Names(JsonElement json, string name) =>
        [
            .. Texts(json, name)
                .SelectMany(t => t.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Select(Unquoted)
                .Distinct(),
        ];

    static string Unquoted(string name) => name.Length > 2 && name[0] is '\'' or '"' && name[^1] == name[0] ? name[1..^1] : name;

    static int? Whole(JsonElement json, string name) =>
        double.TryParse(Text(json, name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= int.MaxValue
        && number == Math.Floor(number)
            ? (int)number
            : null;

    static string? Address(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;
}
