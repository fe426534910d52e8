using System.Globalization;

namespace LiftLab.Engine.Prompts;

/// <summary>Reads expressions inside a template's braces.</summary>
sealed class TemplateLexer(string text, Func<string, FormatException> wrong)
{
    static readonly string[] Signs = ["==", "!=", "<=", ">=", "<", ">", "contains"];

    int at;

    /// <summary>A value with its filters: <c>row['age'] | decimals: 2</c>.</summary>
    public TemplateExpression Filtered()
    {
        var value = Value();
        while (Skip("|"))
        {
            var name = Word();
            if (!TemplateFilters.All.TryGetValue(name, out var filter))
                throw wrong($"there is no filter '{name}'; there are {string.Join(", ", TemplateFilters.All.Keys)}");
            var arguments = new List<TemplateExpression>();
            if (Skip(":"))
                do arguments.Add(Value());
                while (Skip(","));
            if (arguments.Count != filter.Arguments)
                throw wrong($"the filter '{name}' takes {filter.Arguments} arguments, not {arguments.Count}");
            value = new TemplateExpression.Filtered(value, filter.Apply, arguments);
        }
        return value;
    }

    /// <summary>Comparisons joined by and, or.</summary>
    public TemplateExpression Condition()
    {
        var left = Value();
        foreach (var sign in Signs)
            if (Skip(sign))
            {
                left = new TemplateExpression.Comparison(left, sign, Value());
                break;
            }
        if (Skip("and"))
            return new TemplateExpression.Junction(left, both: true, Condition());
        if (Skip("or"))
            return new TemplateExpression.Junction(left, both: false, Condition());
        return left;
    }

    /// <summary>A quoted text, a number, or a name with members.</summary>
    public TemplateExpression Value()
    {
        Blanks();
        if (at >= text.Length)
            throw wrong("a value is missing");
        if (text[at] is '\'' or '"')
            return new TemplateExpression.Constant(Quoted());
        if (char.IsAsciiDigit(text[at]) || text[at] == '-')
            return new TemplateExpression.Constant(Digits());
        var name = Word();
        TemplateExpression value = name is "true" or "false"
            ? new TemplateExpression.Constant(name == "true")
            : new TemplateExpression.Name(name);
        while (at < text.Length)
        {
            if (text[at] == '.')
            {
                at++;
                value = new TemplateExpression.Member(value, Word());
            }
            else if (text[at] == '[')
            {
                at++;
                Blanks();
                object key =
                    at < text.Length && text[at] is '\'' or '"' ? Quoted()
                    : int.TryParse(Digits(), CultureInfo.InvariantCulture, out var index) ? index
                    : throw wrong("an index is a whole number");
                if (!Skip("]"))
                    throw wrong("']' is missing");
                value = new TemplateExpression.Member(value, key);
            }
            else
                break;
        }
        return value;
    }

    /// <exception cref="FormatException">Something is left over.</exception>
    public void End()
    {
        Blanks();
        if (at < text.Length)
            throw wrong($"'{text[at..]}' is not understood");
    }

    string Quoted()
    {
        var end = text.IndexOf(text[at], at + 1);
        if (end < 0)
            throw wrong("a quotation mark is not closed");
        var inner = text[(at + 1)..end];
        at = end + 1;
        return inner;
    }

    string Digits()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '-' or '.'))
            at++;
        return text[start..at];
    }

    string Word()
    {
        Blanks();
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return at > start ? text[start..at] : throw wrong("a name is missing");
    }

    bool Skip(string sign)
    {
        Blanks();
        if (string.CompareOrdinal(text, at, sign, 0, sign.Length) != 0)
            return false;
        var end = at + sign.Length;
        if (char.IsAsciiLetter(sign[0]) && end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            return false;
        at = end;
        return true;
    }

    void Blanks()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }
}
