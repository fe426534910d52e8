using System.Globalization;
using System.Text.RegularExpressions;
using LiftLab.Tests.House;

namespace LiftLab.Tests.Web;

/// <summary>The theme's colours against each other: WCAG 2.1, success criterion 1.4.3, 4.5 to 1 for text.</summary>
public sealed class ContrastTests
{
    static readonly (string Ink, string Ground)[] Pairs =
    [
        ("ink", "paper"),
        ("ink", "surface"),
        ("ink-2", "paper"),
        ("ink-2", "surface"),
        ("ink-2", "raised"),
        ("ink-3", "paper"),
        ("ink-3", "surface"),
        ("accent", "surface"),
        ("accent", "paper"),
        ("accent", "accent-soft"),
        ("on-accent", "accent"),
        ("ink", "accent-soft"),
        ("ink-2", "accent-soft"),
        ("good", "surface"),
        ("bad", "surface"),
        ("bad", "bad-soft"),
        ("ink", "bad-soft"),
        ("ink-2", "bad-soft"),
        ("warn", "surface"),
        ("warn", "warn-soft"),
        ("ink", "warn-soft"),
        ("ink", "good-soft"),
    ];

    [Theory]
    [InlineData(":root {")]
    [InlineData(":root[data-theme=\"dark\"] {")]
    public void Text_can_be_read_on_every_ground_it_stands_on(string theme)
    {
        var css = Sources.Read("LiftLab.Web/wwwroot/css/colours.css");
        var block = css[css.IndexOf(theme, StringComparison.Ordinal)..];
        var colours = Regex
            .Matches(block[..block.IndexOf('}')], @"--([\w-]+):\s*(#[0-9a-f]{6})")
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.DoesNotContain(Pairs.Select(p => (p.Ink, p.Ground, Ratio: Contrast(colours[p.Ink], colours[p.Ground]))), p => p.Ratio < 4.5);
    }

    static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + .05) / (Math.Min(x, y) + .05);
    }

    static double Luminance(string colour)
    {
        double Channel(int at)
        {
            var c = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return c <= .04045 ? c / 12.92 : Math.Pow((c + .055) / 1.055, 2.4);
        }
        return .2126 * Channel(1) + .7152 * Channel(3) + .0722 * Channel(5);
    }
}
