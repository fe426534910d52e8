using System.Text;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// A prompt's text in a subset of the Liquid template language (for, if, case, comment, output with filters), parsed once.
/// It sees the row's features and the target's name and nothing else, keeps no variables, and is stopped at a bound on its output.
/// </summary>
sealed class TemplateText
{
    const int MaxText = 10_000,
        MaxPrompt = 1_000_000;

    readonly IReadOnlyList<TemplateNode> nodes;

    /// <exception cref="FormatException">A tag, name or filter that does not exist, or a tag left open; the message says which and
    /// where.</exception>
    public TemplateText(string text)
    {
        if (text.Length > MaxText)
            throw new FormatException($"the template has {text.Length} characters; at most {MaxText} are allowed");
        nodes = new TemplateParser(text).Parse();
    }

    /// <exception cref="FormatException">The prompt grew over its bound, or a feature number beyond the last was asked for.</exception>
    public string Render(IReadOnlyList<FeatureText> features, IReadOnlyDictionary<string, string> row, string target)
    {
        var page = new Page(new StringBuilder(), MaxPrompt);
        var scope = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["features"] = features,
            ["row"] = row,
            ["target"] = target,
        };
        foreach (var node in nodes)
            node.Write(scope, page);
        return page.ToString();
    }

    /// <summary>What is written to, with its bound.</summary>
    internal sealed class Page(StringBuilder text, int limit)
    {
        public void Add(string more)
        {
            if (text.Length + more.Length > limit)
                throw new FormatException($"the prompt is longer than {limit} characters");
            text.Append(more);
        }

        public override string ToString() => text.ToString();
    }
}
