using Fluid.Parser;
using Parlot.Fluent;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>Positions of a template's expressions and tags, and the depth of nesting, recorded during parsing.</summary>
sealed class ParserNotes(string text) : FluidParseContext(text)
{
    readonly Dictionary<object, int> places = new(ReferenceEqualityComparer.Instance);

    public string Text => Scanner.Buffer;

    /// <summary>Current nesting depth of expressions and of tags.</summary>
    public int[] Depths { get; } = new int[2];

    /// <summary>Offset of a parsed expression or tag in the text; null if it was not recorded.</summary>
    public int? PlaceOf(object node) => places.TryGetValue(node, out var place) ? place : null;

    public void Note(object node, int place) => places.TryAdd(node, place);
}

/// <summary>Records where each parsed node begins, and rejects deep nesting, which would overflow the stack.</summary>
/// <param name="kind">0: expressions, 1: tags.</param>
sealed class NotedParser<T>(Parser<T> inner, int kind, int deepest) : Parser<T>
    where T : class
{
    public override bool Parse(ParseContext context, ref Parlot.ParseResult<T> result)
    {
        var notes = (ParserNotes)context;
        var start = context.Scanner.Cursor.Offset;
        while (start < notes.Text.Length && char.IsWhiteSpace(notes.Text[start]))
            start++;
        if (notes.Depths[kind] == deepest)
            throw new TemplateFaultException(
                $"{(kind == 0 ? "expressions" : "tags")} are nested more than {deepest} deep",
                notes.Text,
                start
            );
        notes.Depths[kind]++;
        try
        {
            if (!inner.Parse(context, ref result))
                return false;
            notes.Note(result.Value, start);
            return true;
        }
        finally
        {
            notes.Depths[kind]--;
        }
    }
}
