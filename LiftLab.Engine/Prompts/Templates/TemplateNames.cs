using Fluid.Ast;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// Checks every name in a template before it is rendered: filters and their arguments, columns, members, and that lists are looped over.
/// Branches that no row takes are checked too.
/// </summary>
sealed class TemplateNames(ParserNotes notes, IReadOnlyCollection<string> columns) : AstVisitor
{
    enum Kind
    {
        Text,
        Features,
        Feature,
        Row,
        Loop,
    }

    static readonly string[] LoopMembers = ["index", "index0", "rindex", "rindex0", "first", "last", "length"];

    readonly Dictionary<string, Kind> variables = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> indexed = new(StringComparer.Ordinal);
    int tag;

    /// <summary>The first fault and its place; null if all names exist.</summary>
    public (string What, int Place)? Fault { get; private set; }

    /// <summary>Offset of the first <c>features[number]</c>; null if the template does not use it.</summary>
    public int? PlaceOfFeature(string number) => indexed.TryGetValue(number, out var place) ? place : null;

    public override Statement Visit(Statement statement)
    {
        if (statement is not null)
            tag = notes.PlaceOf(statement) ?? tag;
        return base.Visit(statement!);
    }

    protected override Statement VisitOutputStatement(OutputStatement outputStatement)
    {
        MustBeText(outputStatement.Expression);
        return outputStatement;
    }

    protected override Statement VisitForStatement(ForStatement forStatement)
    {
        var place = tag;
        if (KindOf(forStatement.Source) != Kind.Features)
            Wrong("a template can loop over 'features' only", place);
        Visit(forStatement.Limit);
        Visit(forStatement.Offset);
        var outer = new Dictionary<string, Kind>(variables);
        variables["forloop"] = Kind.Loop;
        if (outer.ContainsKey("forloop"))
            variables["parentloop"] = Kind.Loop;
        variables[forStatement.Identifier] = Kind.Feature;
        foreach (var statement in forStatement.Statements)
            Visit(statement);
        variables.Clear();
        foreach (var (name, kind) in outer)
            variables[name] = kind;
        Visit(forStatement.Else);
        return forStatement;
    }

    protected override Expression VisitMemberExpression(MemberExpression memberExpression)
    {
        KindOf(memberExpression);
        return memberExpression;
    }

    protected override Expression VisitRangeExpression(RangeExpression rangeExpression) =>
        throw new TemplateFaultException(
            "ranges (a..b) are not allowed, since they can take all memory; loop over 'features'",
            notes.Text,
            tag
        );

    protected override Expression VisitFilterExpression(FilterExpression filterExpression)
    {
        MustBeText(filterExpression.Input);
        var place = notes.Text.IndexOf(filterExpression.Name, notes.Text.IndexOf('|', Place(filterExpression)), StringComparison.Ordinal);
        if (!TemplateFilters.All.TryGetValue(filterExpression.Name, out var filter))
            throw new TemplateFaultException(
                $"there is no filter '{filterExpression.Name}'; the filters are {string.Join(", ", TemplateFilters.All.Keys)}",
                notes.Text,
                place
            );
        var count = filterExpression.Parameters.Count;
        if (count < filter.Least || count > filter.Most || filterExpression.Parameters.Any(p => p.Name is not null))
            throw new TemplateFaultException(
                $"the filter '{filterExpression.Name}' takes "
                    + (filter.Least == filter.Most ? $"{filter.Least}" : $"{filter.Least} to {filter.Most}")
                    + $" arguments without names, not {count}",
                notes.Text,
                place
            );
        foreach (var parameter in filterExpression.Parameters)
            MustBeText(parameter.Expression);
        if (filterExpression.Name == "decimals" && filterExpression.Parameters[0].Expression is LiteralExpression places)
            try
            {
                TemplateFilters.Places(places.Value.ToStringValue());
            }
            catch (TemplateFaultException e)
            {
                throw new TemplateFaultException(e.Message, notes.Text, place);
            }
        return filterExpression;
    }

    public override Expression VisitOtherExpression(Expression expression)
    {
        if (expression is CellComparison comparison)
        {
            MustBeText(comparison.Left);
            MustBeText(comparison.Right);
        }
        return expression;
    }

    void MustBeText(Expression expression)
    {
        if (KindOf(expression) is Kind.Features or Kind.Row or Kind.Loop)
            Wrong("a template can write and compare texts and numbers, not lists; use {% for f in features %}", Place(expression));
    }

    Kind KindOf(Expression expression)
    {
        if (expression is not MemberExpression member)
        {
            Visit(expression);
            return Kind.Text;
        }
        var place = Place(member);
        var first = ((IdentifierSegment)member.Segments[0]).Identifier;
        Kind? kind = variables.TryGetValue(first, out var variable)
            ? variable
            : first switch
            {
                "features" => Kind.Features,
                "row" => Kind.Row,
                "target" => Kind.Text,
                _ => null,
            };
        if (kind is null)
            Wrong(
                $"there is no '{first}'; a template can use features, row, target and the variable of an enclosing loop",
                Behind(place, first)
            );
        foreach (var segment in member.Segments.Skip(1))
            kind = kind is { } known ? KindOf(known, segment, place) : null;
        return kind ?? Kind.Text;
    }

    /// <summary>Null if there is no such member.</summary>
    Kind? KindOf(Kind of, MemberSegment segment, int place)
    {
        if (segment is IndexerSegment { Expression: var index })
            Visit(index);
        var name = segment switch
        {
            IdentifierSegment identifier => identifier.Identifier,
            IndexerSegment { Expression: LiteralExpression literal } => literal.Value.ToStringValue(),
            _ => null,
        };
        switch (of)
        {
            case Kind.Features when segment is IndexerSegment:
                if (name is not null)
                    indexed.TryAdd(name, place);
                return Kind.Feature;
            case Kind.Features when name == "size":
            case Kind.Row when name is null || columns.Contains(name):
            case Kind.Feature when name is not null && FeatureText.Members.Contains(name):
            case Kind.Loop when name is not null && LoopMembers.Contains(name):
                return Kind.Text;
            default:
                var what = of switch
                {
                    Kind.Row => $"the row has no feature '{name}'; it has {QuotedNames.Of(columns)}",
                    Kind.Feature => $"a feature has no '{name}'; it has {string.Join(", ", FeatureText.Members)}",
                    Kind.Loop => $"a loop has no '{name}'; it has {string.Join(", ", LoopMembers)}",
                    _ => $"the template uses '.{name}' on a value without members",
                };
                Wrong(what, name is null ? place : Behind(place, name));
                return null;
        }
    }

    /// <summary>Offset of a name, at or after a given offset.</summary>
    int Behind(int place, string name) => notes.Text.IndexOf(name, place, StringComparison.Ordinal) is >= 0 and var at ? at : place;

    int Place(Expression expression) =>
        notes.PlaceOf(expression)
        ?? expression switch
        {
            FilterExpression filter => Place(filter.Input),
            CellComparison comparison => Place(comparison.Left),
            BinaryExpression both => Place(both.Left),
            _ => tag,
        };

    void Wrong(string what, int place) => Fault ??= (what, place);
}
