using System.Globalization;

namespace LiftLab.Engine.Prompts;

using Scope = Dictionary<string, object>;

/// <summary>A value in a template: text, number, feature, or a comparison of two.</summary>
abstract class TemplateExpression
{
    static readonly string[] FeatureMembers =
    [
        "name",
        "value",
        "wording",
        "cell",
        "index",
        "unit",
        "missing",
        "number",
        "letter",
        "symbol",
        "token",
    ];

    public abstract object Evaluate(Scope scope);

    public static string Text(object value) =>
        value switch
        {
            string text => text,
            bool truth => truth ? "true" : "false",
            FeatureText feature => feature.Value,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => throw new FormatException("a template can write a text or a number, not a list; use {% for f in features %}"),
        };

    public static bool IsTrue(object value) => value is not false;

    public sealed class Constant(object value) : TemplateExpression
    {
        public override object Evaluate(Scope scope) => value;
    }

    public sealed class Name(string name) : TemplateExpression
    {
        public override object Evaluate(Scope scope) =>
            scope.TryGetValue(name, out var value)
                ? value
                : throw new FormatException(
                    $"the template names '{name}'; it may name features, row, target and the variable of a loop around it"
                );
    }

    /// <summary><c>f.name</c>, <c>features[0]</c>, <c>row['petal length']</c>, <c>features.size</c>.</summary>
    public sealed class Member(TemplateExpression of, object key) : TemplateExpression
    {
        public override object Evaluate(Scope scope) =>
            (of.Evaluate(scope), key) switch
            {
                (FeatureText f, string name) => name switch
                {
                    "name" => f.Name,
                    "value" => f.Value,
                    "wording" => f.Wording,
                    "cell" => f.Cell,
                    "letter" => f.Letter,
                    "symbol" => f.Symbol,
                    "token" => f.Token,
                    "index" => f.Index,
                    "unit" => f.Unit,
                    "missing" => f.Missing,
                    "number" => f.IsNumber,
                    _ => throw new FormatException($"a feature has no '{name}'; it has {string.Join(", ", FeatureMembers)}"),
                },
                (IReadOnlyDictionary<string, string> row, string name) => row.TryGetValue(name, out var cell)
                    ? cell
                    : throw new FormatException($"the row has no feature '{name}'; it has {string.Join(", ", row.Keys)}"),
                (IReadOnlyList<FeatureText> list, "size") => list.Count,
                (IReadOnlyList<FeatureText> list, int index) => index >= 0 && index < list.Count
                    ? list[index]
                    : throw new FormatException($"the template asks for features[{index}]; the table has {list.Count}, counted from 0"),
                (TemplateNode.LoopState loop, "index") => loop.Index,
                (TemplateNode.LoopState loop, "first") => loop.First,
                (TemplateNode.LoopState loop, "last") => loop.Last,
                (_, var k) => throw new FormatException($"the template asks for '{k}' of something that has none"),
            };
    }

    /// <summary>
    /// ==, !=, &lt;, &gt;, &lt;=, &gt;=, contains. Ordered comparisons are of numbers; a side that is none makes them false.
    /// </summary>
    public sealed class Comparison(TemplateExpression left, string sign, TemplateExpression right) : TemplateExpression
    {
        public override object Evaluate(Scope scope)
        {
            var (a, b) = (Text(left.Evaluate(scope)), Text(right.Evaluate(scope)));
            var (x, y) = (Tables.Column.ParseNumber(a), Tables.Column.ParseNumber(b));
            var equal = string.Equals(a, b, StringComparison.Ordinal) || x == y;
            return sign switch
            {
                "==" => equal,
                "!=" => !equal,
                "<" => x < y,
                ">" => x > y,
                "<=" => x <= y,
                ">=" => x >= y,
                _ => a.Contains(b, StringComparison.Ordinal),
            };
        }
    }

    /// <summary>and, or: without precedence, from the right, as Liquid does.</summary>
    public sealed class Junction(TemplateExpression left, bool both, TemplateExpression right) : TemplateExpression
    {
        public override object Evaluate(Scope scope) =>
            both
                ? IsTrue(left.Evaluate(scope)) && IsTrue(right.Evaluate(scope))
                : IsTrue(left.Evaluate(scope)) || IsTrue(right.Evaluate(scope));
    }

    public sealed class Filtered(
        TemplateExpression input,
        Func<string, IReadOnlyList<string>, string> filter,
        IReadOnlyList<TemplateExpression> arguments
    ) : TemplateExpression
    {
        public override object Evaluate(Scope scope) =>
            filter(Text(input.Evaluate(scope)), [.. arguments.Select(a => Text(a.Evaluate(scope)))]);
    }
}
