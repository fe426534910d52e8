using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models.Files;

/// <summary>Typed access to a <c>config.json</c>, which remembers the entries that were asked for; errors name the entry.</summary>
/// <param name="inside">Name of the entry that contains <paramref name="json"/>; null for the file itself.</param>
public sealed class ConfigEntries(JsonObject json, string? inside = null)
{
    readonly HashSet<string> asked = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);

    public JsonObject Json { get; } = json;

    /// <summary>Names of entries that were not asked for, in their order.</summary>
    public IEnumerable<string> Left => Json.Select(p => p.Key).Where(name => !asked.Contains(name));

    /// <summary>Reads <paramref name="alias"/> where <paramref name="name"/> is absent, as transformers does.</summary>
    /// <exception cref="ModelFolderException">Both are there and differ.</exception>
    public void Alias(string name, string alias)
    {
        if (!Json.ContainsKey(alias))
            return;
        asked.Add(alias);
        if (!Json.ContainsKey(name))
            aliases[name] = alias;
        else if (!JsonNode.DeepEquals(Json[name], Json[alias]))
            throw Impossible(
                $"'{name}' is {Json[name]?.ToJsonString() ?? "null"} and '{alias}' is {Json[alias]?.ToJsonString() ?? "null"}, which are two names of one entry"
            );
    }

    /// <summary>Whether the entry is there and not null.</summary>
    public bool Has(string name) => Node(name) is not null;

    /// <summary>Whether the entry is not there; a null is.</summary>
    public bool IsAbsent(string name)
    {
        asked.Add(name);
        return !Json.ContainsKey(aliases.GetValueOrDefault(name, name));
    }

    public string Text(string name) =>
        Demand(name) is JsonValue value && value.TryGetValue(out string? text) ? text : throw Wrong(name, "a text");

    public string Text(string name, string otherwise) => Has(name) ? Text(name) : otherwise;

    public int Whole(string name)
    {
        var number = Number(name, "a whole number");
        return double.IsInteger(number) && Math.Abs(number) <= int.MaxValue ? (int)number : throw Wrong(name, "a whole number");
    }

    public int Whole(string name, int otherwise) => Has(name) ? Whole(name) : otherwise;

    public double Number(string name, double otherwise) => Has(name) ? Number(name, "a number") : otherwise;

    public bool Flag(string name, bool otherwise) =>
        Node(name) switch
        {
            null => otherwise,
            JsonValue value when value.TryGetValue(out bool flag) => flag,
            _ => throw Wrong(name, "true or false"),
        };

    /// <summary>The entries of an object; null if the entry is absent or null.</summary>
    public ConfigEntries? Inside(string name) =>
        Node(name) switch
        {
            null => null,
            JsonObject o => new(o, Path(name)),
            _ => throw Wrong(name, "an object"),
        };

    /// <summary>A list of texts; null if the entry is absent or null.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (Node(name) is not { } node)
            return null;
        return node is JsonArray list && list.All(t => t is JsonValue v && v.TryGetValue(out string? _))
            ? [.. list.Select(t => t!.GetValue<string>())]
            : throw Wrong(name, "a list of texts");
    }

    /// <summary>Reads an activation by its Hugging Face name.</summary>
    public Activation Activation(string name, string otherwise) =>
        Text(name, otherwise) switch
        {
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" or "gelu_accurate" or "gelu_python_tanh" => Models.Activation.GeluTanh,
            "gelu" or "gelu_python" => Models.Activation.Gelu,
            "silu" or "swish" => Models.Activation.Silu,
            "relu" => Models.Activation.Relu,
            var other => throw new ModelFolderException(
                "config-unsupported",
                $"config.json: {Path(name)} is '{other}', an activation that is not supported",
                "Use a model with gelu_new, gelu_pytorch_tanh, gelu_fast, gelu, silu, swish or relu."
            ),
        };

    /// <summary>The value of an entry that the named ones give alike; null if none is there.</summary>
    /// <exception cref="ModelFolderException">Two of them differ.</exception>
    public static double? Agreed(params IEnumerable<(ConfigEntries? In, string? Name)> places)
    {
        (string Path, double Value)[] given =
        [
            .. places
                .Where(p => p.In is not null && p.Name is not null && p.In.Has(p.Name))
                .Select(p => (p.In!.Path(p.Name!), p.In.Number(p.Name!, "a number"))),
        ];
        return given.Length == 0 ? null
            : given.FirstOrDefault(g => g.Value != given[0].Value) is { Path: not null } other
                ? throw Impossible(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{given[0].Path} is {given[0].Value} and {other.Path} is {other.Value}, which are two names of one setting"
                    )
                )
            : given[0].Value;
    }

    public ModelFolderException Wrong(string name, string kind) =>
        Impossible($"'{Path(name)}' is {Short(Node(name))}, which is not {kind}");

    internal static ModelFolderException Impossible(string what) =>
        new("config-impossible", "config.json: " + what, "Correct config.json, or get the model's files again.");

    double Number(string name, string kind) =>
        Demand(name) is { } node
        && node.GetValueKind() == JsonValueKind.Number
        && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : throw Wrong(name, kind);

    JsonNode Demand(string name) =>
        Node(name)
        ?? throw new ModelFolderException("config-incomplete", $"config.json has no '{Path(name)}'", "Get the model's config.json again.");

    JsonNode? Node(string name)
    {
        asked.Add(name);
        return Json[aliases.GetValueOrDefault(name, name)];
    }

    string Path(string name) => inside is null ? name : inside + "." + name;

    internal static string Short(JsonNode? node)
    {
        const int most = 80;
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= most ? text : text[..most] + "…";
    }
}

/// <summary>A model folder cannot be used; the message says what is wrong and what to do.</summary>
public sealed class ModelFolderException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner),
        IExplained
{
    /// <summary>Stable code of the error ("tensor-missing").</summary>
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;
}
