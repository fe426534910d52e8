namespace LiftLab.Web.Charts;

/// <summary>
/// An upper bound of a text's width, without a font: Helvetica's advance widths, enlarged for wider sans-serif fonts that a viewer may
/// use instead.
/// </summary>
static class TextWidth
{
    /// <summary>DejaVu Sans, the widest usual substitute, is about 15 % wider.</summary>
    const double Widest = 1.16;

    /// <summary>Upper bound of the ratio of bold to regular widths.</summary>
    public const double Bold = 1.14;

    /// <summary>Thousandths of the text size, for the characters from space to tilde (Adobe's font metrics of Helvetica).</summary>
    static readonly short[] Advances =
    [
        .. (short[])[278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278],
        .. (short[])[556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556],
        .. (short[])[1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778],
        .. (short[])[667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556],
        .. (short[])[333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556],
        .. (short[])[556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584],
    ];

    /// <summary>The width of a text, in the unit of the text size.</summary>
    public static double Of(string text, double size) => size * Widest * text.Sum(Advance) / 1000;

    static int Advance(char c) =>
        c is >= ' ' and <= '~' ? Advances[c - ' ']
        : c >= '\u2e80' ? 1000
        : 620;

    /// <summary>Breaks a text between words into lines of at most a width; a word that is too wide is cut with an ellipsis.</summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && Of(longer, size) > width)
            {
                lines.Add(line);
                line = word;
            }
            else
                line = longer;
        }
        if (line.Length > 0)
            lines.Add(line);
        return [.. lines.Select(l => Fit(l, size, width))];
    }

    /// <summary>The text, or its start and an ellipsis where it is too wide.</summary>
    public static string Fit(string text, double size, double width)
    {
        if (Of(text, size) <= width)
            return text;
        var length = text.Length - 1;
        while (length > 1 && Of(text[..length] + "…", size) > width)
            length--;
        return text[..length].TrimEnd() + "…";
    }
}
