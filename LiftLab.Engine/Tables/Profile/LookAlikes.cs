using System.Globalization;
using System.Text;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>
/// Labels of one column that differ only in case, blanks, a final stop, the Unicode form of accents, or letters of another script that look
/// alike.
/// </summary>
/// <param name="Labels">Most frequent first; at least two.</param>
/// <param name="Difference">"case", "a final stop", ….</param>
public sealed record LookAlikes(IReadOnlyList<ValueCount> Labels, string Difference)
{
    /// <summary>Columns with more distinct texts are free text or identifiers.</summary>
    const int MostLabels = 2_000;

    const string Cyrillic = "АВЕКМНОРСТУХІЈЅаеорсухіјѕ",
        CyrillicAsLatin = "ABEKMHOPCTYXIJSaeopcyxijs",
        Greek = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        GreekAsLatin = "ABEZHIKMNOPTYXo";

    static readonly (string Name, Func<string, string> Fold)[] Folds =
    [
        ("letters of another script", s => string.Concat(s.Select(Latin))),
        ("the Unicode form of their characters", s => s.Normalize(NormalizationForm.FormKC)),
        ("case", s => s.ToLowerInvariant()),
        ("a final stop", s => s.TrimEnd('.', ',', ';', ':', '!', ' ')),
        ("hyphens", Hyphens),
        ("blanks", Blanks),
        ("leading zeros", s => s.AsSpan().ContainsAnyExceptInRange('0', '9') ? s : s.TrimStart('0')),
    ];

    public static IReadOnlyList<LookAlikes> Of(Column column)
    {
        if (column.Facts.Distinct > MostLabels || column.Facts.Numbers == column.Facts.Filled && !column.Facts.AreCodes)
            return [];
        return
        [
            .. column
                .Cells.Where(c => c.Length > 0)
                .CountBy(c => c, StringComparer.Ordinal)
                .GroupBy(c => Folded(c.Key, null), StringComparer.Ordinal)
                .Where(g => g.Key.Length > 0 && g.Skip(1).Any())
                .Select(g => new LookAlikes(
                    [
                        .. g.OrderByDescending(c => c.Value)
                            .ThenBy(c => c.Key, StringComparer.Ordinal)
                            .Select(c => new ValueCount(c.Key, c.Value)),
                    ],
                    DifferenceOf([.. g.Select(c => c.Key)])
                ))
                .Where(g => g.Labels.Distinct(new ByClass()).Skip(1).Any()),
        ];
    }

    /// <summary>Reads every label of these groups as the most frequent one of its group.</summary>
    public static IReadOnlyDictionary<string, string> Merged(IReadOnlyList<LookAlikes> groups) =>
        groups
            .SelectMany(g => g.Labels.Skip(1).Select(l => (From: l.Value, To: g.Labels[0].Value)))
            .ToDictionary(p => p.From, p => p.To, StringComparer.Ordinal);

    internal static IEnumerable<Problem> Problems(Column column)
    {
        var groups = Of(column);
        if (groups.Count == 0)
            yield break;
        var shown = groups.Take(4).Select(g => string.Join(" and ", g.Labels.Take(4).Select(l => $"'{Visible(l.Value)}' ({l.Count})")));
        yield return new(
            Severity.Warning,
            "labels-alike",
            $"values differ only in {string.Join(" or ", groups.Select(g => g.Difference).Distinct().Take(3))}: {string.Join("; ", shown)}{(groups.Count > 4 ? $"; and {groups.Count - 4} more groups" : "")}",
            "Merge them if they mean the same.",
            null,
            column.Name
        )
        {
            Remedies = [Remedy.Merge(column.Name, Merged(groups), "Merge them", $"--merge {Remedy.Quoted(column.Name)}")],
        };
    }

    static string Folded(string label, int? without)
    {
        for (var i = 0; i < Folds.Length; i++)
            if (i != without)
                label = Folds[i].Fold(label);
        return label;
    }

    /// <summary>The differences without which the labels are still not the same.</summary>
    static string DifferenceOf(string[] labels)
    {
        string[] needed =
        [
            .. Enumerable
                .Range(0, Folds.Length)
                .Where(i => labels.Select(l => Folded(l, i)).Distinct(StringComparer.Ordinal).Skip(1).Any())
                .Select(i => Folds[i].Name),
        ];
        return needed.Length == 0 ? "the writing" : string.Join(" and ", needed);
    }

    static char Latin(char c) =>
        Cyrillic.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? CyrillicAsLatin[at]
        : Greek.IndexOf(c, StringComparison.Ordinal) is >= 0 and var place ? GreekAsLatin[place]
        : c;

    /// <summary>A hyphen or a low line between letters or digits is the same as a blank; "A-" is another grade than "A".</summary>
    static string Hyphens(string label)
    {
        if (label.AsSpan().IndexOfAny('-', '_', '\u2010') < 0)
            return label;
        var text = new StringBuilder(label);
        for (var i = 1; i + 1 < text.Length; i++)
            if (text[i] is '-' or '_' or '\u2010' && char.IsLetter(text[i - 1]) && char.IsLetter(text[i + 1]))
                text[i] = ' ';
        return text.ToString();
    }

    /// <summary>Without blanks and invisible characters at the ends and between words, except one between words.</summary>
    internal static string Blanks(string label)
    {
        var text = new StringBuilder();
        foreach (var c in label)
            if (char.IsWhiteSpace(c))
            {
                if (text.Length > 0 && text[^1] != ' ')
                    text.Append(' ');
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control))
                text.Append(c);
        return text.ToString().Trim();
    }

    /// <summary>The label with the code points of characters that look like others.</summary>
    static string Visible(string label)
    {
        var text = new StringBuilder();
        foreach (var c in label)
            if (
                Latin(c) != c
                || c > 127
                    && (
                        char.IsWhiteSpace(c)
                        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark
                    )
            )
                text.Append(CultureInfo.InvariantCulture, $"{(char.IsLetter(c) ? c.ToString() : "")}[U+{(int)c:X4}]");
            else
                text.Append(c);
        return TableCheck.Short(text.ToString());
    }

    sealed class ByClass : IEqualityComparer<ValueCount>
    {
        public bool Equals(ValueCount? x, ValueCount? y) => ClassLabels.Same.Equals(x?.Value, y?.Value);

        public int GetHashCode(ValueCount value) => ClassLabels.Same.GetHashCode(value.Value);
    }
}
