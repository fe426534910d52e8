using System.Text.RegularExpressions;
using LiftLab.Tests.House;

namespace LiftLab.Tests.Web.Scale;

/// <summary>The blocks of <c>docs/scale.md</c>, so that tests run what the document says.</summary>
static partial class ScaleDocument
{
    /// <param name="Language">After the opening fence; empty for none.</param>
    public sealed record Block(string Language, string Text);

    public static string Text { get; } = Sources.Read("docs/scale.md");

    public static IReadOnlyList<Block> Blocks { get; } =
    [.. Fences().Matches(Text).Select(m => new Block(m.Groups[1].Value, m.Groups[2].Value))];

    /// <summary>The only block of a language that contains a text.</summary>
    public static string Of(string language, string with) =>
        Blocks.Single(b => b.Language == language && b.Text.Contains(with, StringComparison.Ordinal)).Text;

    /// <summary>Replaces what must be there exactly once.</summary>
    public static string With(this string text, string from, string to)
    {
        Assert.Equal(2, text.Split(from).Length);
        return text.Replace(from, to, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^```(\w*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}
