using System.Text.RegularExpressions;

namespace LiftLab.Engine.Studio;

/// <summary>Whether a piece of text is in both texts, or in one.</summary>
public enum DiffKind
{
    Same,
    Removed,
    Added,
}

/// <summary>A piece of a comparison. Spaces of changed pieces are visible characters.</summary>
public sealed record DiffPart(DiffKind Kind, string Text);

/// <summary>Compares two texts word by word; a run of spaces is a word of its own, so that changes of spaces are seen.</summary>
public static partial class WordDiff
{
    /// <summary>Maximum words of one text that are compared one by one; the middle of longer texts is one change.</summary>
    const int MostWords = 1_500;

    public static IReadOnlyList<DiffPart> Of(string before, string after)
    {
        string[] a = [.. Words().Matches(before).Select(m => m.Value)],
            b = [.. Words().Matches(after).Select(m => m.Value)];
        var start = a.AsSpan().CommonPrefixLength(b);
        var end = 0;
        while (end < a.Length - start && end < b.Length - start && a[^(end + 1)] == b[^(end + 1)])
            end++;
        var pieces = new List<(DiffKind Kind, string Text)>();
        pieces.AddRange(a.Take(start).Select(w => (DiffKind.Same, w)));
        Middle(a[start..^end], b[start..^end], pieces);
        pieces.AddRange(a.Skip(a.Length - end).Select(w => (DiffKind.Same, w)));
        return Joined(pieces);
    }

    static void Middle(string[] a, string[] b, List<(DiffKind Kind, string Text)> pieces)
    {
        if (a.Length > MostWords || b.Length > MostWords)
        {
            pieces.AddRange(a.Select(w => (DiffKind.Removed, w)));
            pieces.AddRange(b.Select(w => (DiffKind.Added, w)));
            return;
        }
        // longest[i, j]: words that a from i and b from j have in common, in order.
        var longest = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        for (var j = b.Length - 1; j >= 0; j--)
            longest[i, j] = a[i] == b[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
        var (x, y) = (0, 0);
        while (x < a.Length || y < b.Length)
            if (x < a.Length && y < b.Length && a[x] == b[y])
            {
                pieces.Add((DiffKind.Same, a[x++]));
                y++;
            }
            else if (y == b.Length || (x < a.Length && longest[x + 1, y] >= longest[x, y + 1]))
                pieces.Add((DiffKind.Removed, a[x++]));
            else
                pieces.Add((DiffKind.Added, b[y++]));
    }

    /// <summary>Neighbours of one kind become one piece; within a change, what is removed stands before what is added.</summary>
    static List<DiffPart> Joined(List<(DiffKind Kind, string Text)> pieces)
    {
        var joined = new List<DiffPart>();
        for (var i = 0; i < pieces.Count; )
        {
            var from = i;
            var same = pieces[i].Kind == DiffKind.Same;
            while (i < pieces.Count && pieces[i].Kind == DiffKind.Same == same)
                i++;
            foreach (var kind in same ? [DiffKind.Same] : (DiffKind[])[DiffKind.Removed, DiffKind.Added])
                if (string.Concat(pieces[from..i].Where(p => p.Kind == kind).Select(p => p.Text)) is { Length: > 0 } text)
                    joined.Add(new(kind, same ? text : VisibleText.Of(text)));
        }
        return joined;
    }

    [GeneratedRegex(@"\s+|[\w.]+|[^\w\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
