using System.Text;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>JSON with sorted names and without blanks: equal values have equal texts.</summary>
static class CanonicalJson
{
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    static void Write(JsonNode? node, StringBuilder into)
    {
        switch (node)
        {
            case JsonObject record:
                into.Append('{');
                var first = true;
                foreach (var (name, value) in record.Where(e => e.Value is not null).OrderBy(e => e.Key, StringComparer.Ordinal))
                {
                    if (!first)
                        into.Append(',');
                    first = false;
                    into.Append(JsonValue.Create(name)!.ToJsonString()).Append(':');
                    Write(value, into);
                }
                into.Append('}');
                break;
            case JsonArray list:
                into.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    if (i > 0)
                        into.Append(',');
                    Write(list[i], into);
                }
                into.Append(']');
                break;
            default:
                into.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    /// <summary>The entries that differ, by path ("learner.settings.recipe.epochs"), with the value before and after.</summary>
    public static IEnumerable<(string Path, string? Before, string? After)> Differences(JsonNode? before, JsonNode? after, string path = "")
    {
        if (before is JsonObject a && after is JsonObject b)
            return a.Select(e => e.Key)
                .Union(b.Select(e => e.Key), StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .SelectMany(k => Differences(a[k], b[k], path.Length == 0 ? k : $"{path}.{k}"));
        var (was, is_) = (Of(before), Of(after));
        return was == is_ ? [] : [(path, before is null ? null : was, after is null ? null : is_)];
    }
}
