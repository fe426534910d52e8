using System.Text.RegularExpressions;

namespace LiftLab.Engine.Studio;

/// <summary>Value labels that stand in a column's name, as in "Gender (1=f, 2=m)" or "sex: male=1, female=0".</summary>
/// <param name="Name">The name without them.</param>
/// <param name="Labels">By the value in the cells; at least two, all different.</param>
public sealed partial record NamedLabels(string Name, IReadOnlyDictionary<string, string> Labels)
{
    [GeneratedRegex(@"^(?<name>.*?[^\s(\[:_-])[\s_]*(?:\((?<list>[^()]*)\)|\[(?<list>[^\[\]]*)\]|[:-]\s(?<list>.*=.*))\s*$")]
    private static partial Regex Form { get; }

    [GeneratedRegex(@"[,;/|]|\s+(?=\S+\s*=)")]
    private static partial Regex Between { get; }

    /// <param name="values">The column's different values.</param>
    /// <returns>Null where the name has no labels, or labels of other values than the column's.</returns>
    public static NamedLabels? Of(string column, IReadOnlyCollection<string> values)
    {
        if (!column.Contains('=') && !column.Contains(':') || Form.Match(column) is not { Success: true } form)
            return null;
        var pairs = new List<(string Left, string Right)>();
        foreach (var part in Between.Split(form.Groups["list"].Value).Where(p => !string.IsNullOrWhiteSpace(p)))
        {
            var sides = part.Split(['=', ':'], 2, StringSplitOptions.TrimEntries);
            if (sides.Length < 2 || sides[0].Length == 0 || sides[1].Length == 0)
                return null;
            pairs.Add((sides[0], sides[1]));
        }
        var known = values.ToHashSet(StringComparer.Ordinal);
        var labels = Map(pairs, known) ?? Map([.. pairs.Select(p => (p.Right, p.Left))], known);
        return labels is null ? null : new(form.Groups["name"].Value.Trim(), labels);
    }

    /// <summary>Null unless every value of the column has a label of its own.</summary>
    static Dictionary<string, string>? Map(List<(string Value, string Label)> pairs, HashSet<string> known)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (pairs.Count < 2 || known.Count == 0 || !pairs.All(p => labels.TryAdd(p.Value, p.Label)))
            return null;
        return known.All(labels.ContainsKey) && labels.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count() == labels.Count
            ? labels
            : null;
    }
}
