using System.Text.RegularExpressions;
using Fluid;
using Fluid.Ast;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// Fluid's parser with comparisons of cells and without tags that assign or include. Functions, parentheses and the inline liquid tag are
/// disabled.
/// </summary>
sealed partial class TemplateParser : FluidParser
{
    const int DeepestExpression = 8,
        DeepestBlock = 32;

    static readonly string[] Tags = ["if", "unless", "case", "for", "break", "continue", "comment", "#", "raw"];

    static readonly string[] Signs = ["==", "!=", "<>", "<", ">", "<=", ">=", "contains"];

    static readonly TemplateParser Shared = new();

    TemplateParser()
    {
        foreach (var tag in RegisteredTags.Keys.ToArray())
            if (!Tags.Contains(tag))
                RegisteredTags.Remove(tag);
            else
                RegisteredTags[tag] = new NotedParser<Statement>(RegisteredTags[tag], 1, DeepestBlock);
        RegisteredOperators.Clear();
        foreach (var sign in Signs)
            RegisteredOperators[sign] = (left, right) => new CellComparison(left, sign, right);
        Primary.Parser = new NotedParser<Expression>(Primary.Parser!, 0, DeepestExpression);
    }

    /// <exception cref="TemplateFaultException">The text is not a template, or uses a tag that is not allowed.</exception>
    public static (IFluidTemplate Template, ParserNotes Notes) Read(string text)
    {
        var notes = new ParserNotes(text);
        var result = new Parlot.ParseResult<IReadOnlyList<Statement>>();
        try
        {
            var read = Shared.Grammar.Parse(notes, ref result);
            if (read && notes.Scanner.Cursor.Eof)
                return (new Fluid.Parser.FluidTemplate(result.Value), notes);
            throw Fault("the template cannot be parsed here", notes.Scanner.Cursor.Offset, text);
        }
        catch (Parlot.ParseException e)
        {
            throw Fault(char.ToLowerInvariant(e.Message[0]) + e.Message[1..], e.Position.Offset, text);
        }
        catch (ParseException)
        {
            // Fluid throws this for a tag that is not registered; the cursor is then after the tag's name.
            throw Fault("there is no such tag", text.LastIndexOf("{%", notes.Scanner.Cursor.Offset, StringComparison.Ordinal), text);
        }
    }

    static TemplateFaultException Fault(string what, int offset, string text)
    {
        var tag = TagAt().Match(text, offset);
        return tag.Success && !Tags.Contains(tag.Groups[1].Value) && !Dividers().IsMatch(tag.Groups[1].Value)
            ? new(
                $"there is no tag '{tag.Groups[1].Value}' here; a template may use if, unless, case, for, break, continue, comment and raw",
                text,
                offset
            )
            : new(what, text, offset);
    }

    [GeneratedRegex(@"\G\s*\{%-?\s*(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex TagAt();

    /// <summary>Tags that divide or end a block; they are errors only outside a block.</summary>
    [GeneratedRegex("^(else|elsif|when|end(if|unless|case|for|comment|raw))$", RegexOptions.CultureInvariant)]
    private static partial Regex Dividers();
}
