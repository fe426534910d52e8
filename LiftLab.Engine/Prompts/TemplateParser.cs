namespace LiftLab.Engine.Prompts;

/// <summary>
/// Reads a template's text: words, <c>{{ output }}</c> and <c>{% tags %}</c>; a dash inside a brace trims the blanks outside it.
/// </summary>
sealed class TemplateParser(string text)
{
    int position;
    bool trimNext;

    public IReadOnlyList<TemplateNode> Parse()
    {
        var (nodes, end) = Block([]);
        return end.Word.Length == 0 ? nodes : throw Wrong($"'{end.Word}' closes nothing");
    }

    /// <summary>Nodes up to a tag that ends or divides the block, and that tag.</summary>
    (IReadOnlyList<TemplateNode> Nodes, Tag End) Block(string[] ends)
    {
        var nodes = new List<TemplateNode>();
        while (position < text.Length)
        {
            var open = NextOpening();
            AddWords(nodes, open);
            if (open < 0)
                break;
            var isOutput = text[open + 1] == '{';
            var inner = Inner(open, isOutput ? "}}" : "%}");
            if (isOutput)
            {
                var lexer = new TemplateLexer(inner, Wrong);
                nodes.Add(new TemplateNode.Output(lexer.Filtered()));
                lexer.End();
                continue;
            }
            var tag = Tag.Of(inner);
            if (ends.Contains(tag.Word))
                return (nodes, tag);
            nodes.AddRange(
                tag.Word switch
                {
                    "for" => [Loop(tag)],
                    "if" => [If(tag)],
                    "case" => [Case(tag)],
                    "comment" => Comment(),
                    _ => throw Wrong($"there is no tag '{tag.Word}' here; a template may use for, if, elsif, else, case, when and comment"),
                }
            );
        }
        return ends.Length == 0 ? (nodes, new("", "")) : throw Wrong($"'{ends[^1]}' is missing");
    }

    TemplateNode.Loop Loop(Tag tag)
    {
        var words = tag.Rest.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || words[1] != "in")
            throw Wrong("a loop is written {% for f in features %}");
        var lexer = new TemplateLexer(words[2], Wrong);
        var list = lexer.Value();
        lexer.End();
        return new(words[0], list, Block(["endfor"]).Nodes);
    }

    TemplateNode.Branches If(Tag tag)
    {
        var branches = new List<(TemplateExpression?, IReadOnlyList<TemplateNode>)>();
        TemplateExpression? condition = Condition(tag.Rest);
        while (true)
        {
            var (body, end) = Block(condition is null ? ["endif"] : ["elsif", "else", "endif"]);
            branches.Add((condition, body));
            if (end.Word == "endif")
                return new(branches);
            condition = end.Word == "elsif" ? Condition(end.Rest) : null;
        }
    }

    TemplateNode.Branches Case(Tag tag)
    {
        var lexer = new TemplateLexer(tag.Rest, Wrong);
        var subject = lexer.Value();
        lexer.End();
        var branches = new List<(TemplateExpression?, IReadOnlyList<TemplateNode>)>();
        var (_, end) = Block(["when", "else", "endcase"]);
        while (end.Word != "endcase")
        {
            TemplateExpression? condition = null;
            if (end.Word == "when")
            {
                var value = new TemplateLexer(end.Rest, Wrong);
                condition = new TemplateExpression.Comparison(subject, "==", value.Value());
                value.End();
            }
            (var body, end) = Block(["when", "else", "endcase"]);
            branches.Add((condition, body));
        }
        return new(branches);
    }

    IReadOnlyList<TemplateNode> Comment()
    {
        Block(["endcomment"]);
        return [];
    }

    TemplateExpression Condition(string rest)
    {
        var lexer = new TemplateLexer(rest, Wrong);
        var condition = lexer.Condition();
        lexer.End();
        return condition;
    }

    int NextOpening()
    {
        for (var i = position; i + 1 < text.Length; i++)
            if (text[i] == '{' && (text[i + 1] is '{' or '%'))
                return i;
        return -1;
    }

    void AddWords(List<TemplateNode> nodes, int open)
    {
        var words = open < 0 ? text[position..] : text[position..open];
        if (trimNext)
            words = words.TrimStart();
        if (open >= 0 && open + 2 < text.Length && text[open + 2] == '-')
            words = words.TrimEnd();
        if (words.Length > 0)
            nodes.Add(new TemplateNode.Words(words));
        position = open < 0 ? text.Length : open;
    }

    /// <summary>What stands inside the braces at <paramref name="open"/>; moves behind them.</summary>
    string Inner(int open, string closing)
    {
        var end = text.IndexOf(closing, open + 2, StringComparison.Ordinal);
        if (end < 0)
            throw Wrong($"'{text.Substring(open, 2)}' is not closed");
        position = end + 2;
        var inner = text[(open + 2)..end];
        trimNext = inner.EndsWith('-');
        return inner.Trim('-', ' ', '\n', '\r', '\t');
    }

    FormatException Wrong(string what) => new($"the template is wrong near character {position + 1}: {what}");

    readonly record struct Tag(string Word, string Rest)
    {
        public static Tag Of(string inner) =>
            inner.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank
                ? new(inner[..blank], inner[(blank + 1)..].Trim())
                : new(inner, "");
    }
}
