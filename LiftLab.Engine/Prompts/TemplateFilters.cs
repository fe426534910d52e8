using System.Globalization;

namespace LiftLab.Engine.Prompts;

/// <summary>What may follow a bar in a template: name, number of arguments, what it does. A new filter is one line.</summary>
static class TemplateFilters
{
    public static readonly IReadOnlyDictionary<string, (int Arguments, Func<string, IReadOnlyList<string>, string> Apply)> All =
        new Dictionary<string, (int, Func<string, IReadOnlyList<string>, string>)>(StringComparer.Ordinal)
        {
            ["decimals"] = (1, (text, a) => Number(text, v => NumberFormat.Fixed(v, Places(a[0])))),
            ["integer"] = (0, (text, _) => Number(text, NumberFormat.Integer)),
            ["downcase"] = (0, (text, _) => Lower(text)),
            ["upcase"] = (0, (text, _) => text.ToUpperInvariant()),
            ["capitalize"] = (0, (text, _) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..]),
            ["replace"] = (2, (text, a) => a[0].Length == 0 ? text : text.Replace(a[0], a[1], StringComparison.Ordinal)),
            ["default"] = (1, (text, a) => text.Length == 0 ? a[0] : text),
        };

    /// <summary>Text that is no number stays as it is, so that a missing cell keeps its wording.</summary>
    static string Number(string text, Func<double, string> write) =>
        Tables.Column.ParseNumber(text) is var value && double.IsFinite(value) ? write(value) : text;

    static int Places(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var places) && places <= 15
            ? places
            : throw new FormatException($"'decimals: {text}': the number of places is 0 to 15");

    static string Lower(string text) => string.Create(text.Length, text, (span, source) => source.AsSpan().ToLowerInvariant(span));
}
