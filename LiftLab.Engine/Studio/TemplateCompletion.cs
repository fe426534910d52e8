using System.Text.RegularExpressions;
using LiftLab.Engine.Prompts.Templates;

namespace LiftLab.Engine.Studio;

/// <summary>A text that can be inserted at the caret.</summary>
/// <param name="Start">Where the replaced text starts; it ends at the caret.</param>
/// <param name="Insert">The text that replaces it.</param>
/// <param name="Label">What the list shows.</param>
/// <param name="Hint">What it is: "column", "filter", "tag".</param>
public sealed record Suggestion(int Start, string Insert, string Label, string Hint);

/// <summary>What may stand at the caret of a template: columns, members, filters, tags.</summary>
public static partial class TemplateCompletion
{
    const int Most = 40;

    static readonly (string Insert, string Label, string Hint)[] Tags =
    [
        ("{% for f in features %}{{ f.name }}={{ f.value }}, {% endfor %}", "for f in features", "every feature"),
        ("{% if  %}{% endif %}", "if", "text under a condition"),
        ("{% unless  %}{% endunless %}", "unless", "text unless a condition holds"),
        ("{% case  %}{% when '' %}{% else %}{% endcase %}", "case", "text by value"),
    ];

    static readonly string[] Words = ["for", "if", "elsif", "else", "unless", "case", "when", "break", "continue", "comment", "raw"];

    static readonly Dictionary<string, string> Members = new(StringComparer.Ordinal)
    {
        ["name"] = "the column's name",
        ["value"] = "the cell in the number format",
        ["wording"] = "the value's label, else the value",
        ["measured"] = "the value's label, else the value with the column's unit",
        ["cell"] = "the cell as in the table",
        ["index"] = "the column's number, from 1",
        ["unit"] = "the column's unit",
        ["missing"] = "whether the cell is empty",
        ["number"] = "whether the column is a number",
        ["integer"] = "whether the column is an integer",
        ["text"] = "whether the column is written out",
        ["letter"] = "one token: level or letter",
        ["symbol"] = "one token: level or symbol",
        ["token"] = "one token that names its column",
    };

    /// <param name="caret">Offset of the caret, 0 to the text's length.</param>
    /// <param name="columns">Names of the features.</param>
    public static IReadOnlyList<Suggestion> At(string text, int caret, IReadOnlyList<string> columns)
    {
        caret = Math.Clamp(caret, 0, text.Length);
        var before = text[..caret];
        var output = before.LastIndexOf("{{", StringComparison.Ordinal);
        var tag = before.LastIndexOf("{%", StringComparison.Ordinal);
        var open = Math.Max(output, tag);
        var closed = Math.Max(before.LastIndexOf("}}", StringComparison.Ordinal), before.LastIndexOf("%}", StringComparison.Ordinal));
        if (open < 0 || closed > open)
            return Outside(before, columns);
        return [.. Inside(before, open, open == tag, columns).Take(Most)];
    }

    static List<Suggestion> Outside(string before, IReadOnlyList<string> columns)
    {
        if (!before.EndsWith('{'))
            return [];
        var start = before.Length - 1;
        return
        [
            .. Tags.Select(t => new Suggestion(start, t.Insert, t.Label, t.Hint)),
            .. columns.Take(Most).Select(c => new Suggestion(start, "{{ " + Row(c) + " }}", c, "column")),
        ];
    }

    static IEnumerable<Suggestion> Inside(string before, int open, bool inTag, IReadOnlyList<string> columns)
    {
        var inner = before[(open + 2)..];
        if (FilterAt().Match(inner) is { Success: true } filter)
            return TemplateFilters
                .Names.Where(f => Fits(f.Name, filter.Groups[1].Value))
                .Select(f => new Suggestion(
                    before.Length - filter.Groups[1].Length,
                    f.NeedsArgument ? f.Name + ": " : f.Name,
                    f.Name,
                    "filter"
                ));
        if (ColumnAt().Match(inner) is { Success: true } column)
            return columns
                .Where(c => Fits(c, column.Groups[1].Value))
                .Select(c => new Suggestion(before.Length - column.Length, Row(c), c, "column"));
        if (MemberAt().Match(inner) is { Success: true } member)
            return Members
                .Where(m => Fits(m.Key, member.Groups[1].Value))
                .Select(m => new Suggestion(before.Length - member.Groups[1].Length, m.Key, m.Key, m.Value));
        if (inTag && TagAt().Match(inner) is { Success: true } tag)
            return Words
                .Where(w => Fits(w, tag.Groups[1].Value))
                .Select(w => new Suggestion(
                    before.Length - tag.Groups[1].Length,
                    w + (w is "else" or "break" or "continue" ? "" : " "),
                    w,
                    "tag"
                ));
        if (WordAt().Match(inner) is not { Success: true } word || (inTag && word.Length == 0))
            return [];
        var start = before.Length - word.Groups[1].Length;
        return new[] { new Suggestion(start, "features", "features", "all features"), new(start, "target", "target", "the target's name") }
            .Concat(
                LoopAt()
                    .Matches(before)
                    .Select(m => m.Groups[1].Value)
                    .Distinct()
                    .Select(v => new Suggestion(start, v, v, "the loop's feature"))
            )
            .Where(s => Fits(s.Label, word.Groups[1].Value))
            .Concat(columns.Where(c => Fits(c, word.Groups[1].Value)).Select(c => new Suggestion(start, Row(c), c, "column")));
    }

    static string Row(string column) => column.Contains('\'') ? $"row[\"{column}\"]" : $"row['{column}']";

    /// <summary>The typed text is a part of the word, and the word is not complete already.</summary>
    static bool Fits(string word, string typed) => word != typed && word.Contains(typed, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\|\s*(\w*)$", RegexOptions.CultureInvariant)]
    private static partial Regex FilterAt();

    [GeneratedRegex(@"row\[\s*['""]?([^'""\]]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex ColumnAt();

    [GeneratedRegex(@"(?:\w|\])\.(\w*)$", RegexOptions.CultureInvariant)]
    private static partial Regex MemberAt();

    [GeneratedRegex(@"^-?\s*(\w*)$", RegexOptions.CultureInvariant)]
    private static partial Regex TagAt();

    [GeneratedRegex(@"(?<!['""\w])(\w*)$", RegexOptions.CultureInvariant)]
    private static partial Regex WordAt();

    [GeneratedRegex(@"\{%-?\s*for\s+(\w+)\s+in\b", RegexOptions.CultureInvariant)]
    private static partial Regex LoopAt();
}
