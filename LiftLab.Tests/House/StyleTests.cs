using System.Text.RegularExpressions;

namespace LiftLab.Tests.House;

/// <summary>
/// All style sheets are loaded on every page. A class that one page's sheet styles on its own would silently change every other page that
/// uses the same word.
/// </summary>
public sealed partial class StyleTests
{
    /// <summary>The sheets of what all pages share.</summary>
    static readonly string[] Shared = ["charts", "colours", "controls", "ground", "parts", "shell", "stats", "tables"];

    [Fact]
    public void A_class_that_a_pages_sheet_styles_on_its_own_is_in_no_other_sheet()
    {
        var sheets = Sources
            .Files("LiftLab.Web/wwwroot/css", ".css")
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f)!, f => Selectors(Sources.Read(f)), StringComparer.Ordinal);
        Assert.True(sheets.Count > Shared.Length);
        Assert.Empty(Leaks(sheets));
    }

    [Fact]
    public void What_counts_as_leaking()
    {
        Dictionary<string, string[]> Sheets(string studio, string predict) =>
            new() { ["studio"] = Selectors(studio), ["predict"] = Selectors(predict) };
        Assert.Equal(["share: studio, used in predict"], Leaks(Sheets(".share { a: b }", ".answers td.share { a: b }")));
        Assert.Single(Leaks(Sheets("@media print { .share:hover { a: b } }", ".share.wide { a: b }")));
        Assert.Empty(Leaks(Sheets(".lens .share { a: b }", ".answers .share { a: b } /* .lens { */")));
    }

    static string[] Leaks(IReadOnlyDictionary<string, string[]> sheets) =>
        [
            .. from sheet in sheets
            where !Shared.Contains(sheet.Key)
            from name in sheet.Value.Select(s => Alone().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value).Distinct()
            let others = sheets.Where(o => o.Key != sheet.Key && o.Value.Any(s => Has(s, name))).Select(o => o.Key).ToArray()
            where others.Length > 0
            select $"{name}: {sheet.Key}, used in {string.Join(", ", others)}",
        ];

    static bool Has(string selector, string name) => Class().Matches(selector).Any(m => m.Groups[1].Value == name);

    static string[] Selectors(string css) =>
        [
            .. Rule()
                .Matches(Comment().Replace(css, ""))
                .SelectMany(m => m.Groups[1].Value.Split(','))
                .Select(s => s.Trim())
                .Where(s => s.Length > 0 && s[0] != '@'),
        ];

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"([^{}]+)\{")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\.([A-Za-z][\w-]*)")]
    private static partial Regex Class();

    [GeneratedRegex(@"^\.([A-Za-z][\w-]*)(:[\w-]+)*$")]
    private static partial Regex Alone();
}
