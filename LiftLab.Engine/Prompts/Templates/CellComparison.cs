using Fluid;
using Fluid.Ast;
using Fluid.Values;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// Comparison of two texts of a row. <c>==</c> and <c>!=</c>: equal text, or the same number ("2.0" equals "2", as in the paper's
/// converters, which compare numbers). <c>&lt; &gt; &lt;= &gt;=</c> compare numbers and are false if a side is not a number.
/// <c>contains</c> compares text.
/// </summary>
sealed class CellComparison(Expression left, string sign, Expression right) : Expression
{
    public Expression Left => left;

    public Expression Right => right;

    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context) =>
        Holds(context, await left.EvaluateAsync(context), await right.EvaluateAsync(context));

    /// <summary>Equal text, or the same number.</summary>
    public static bool Same(string a, string b) =>
        string.Equals(a, b, StringComparison.Ordinal) || Column.ParseNumber(a) == Column.ParseNumber(b);

    BooleanValue Holds(TemplateContext context, FluidValue first, FluidValue second)
    {
        var (a, b) = (first.ToStringValue(), second.ToStringValue());
        RenderBudget.SpendTexts(context, a, b);
        return BooleanValue.Create(
            sign switch
            {
                "==" => Same(a, b),
                "!=" or "<>" => !Same(a, b),
                "<" => Column.ParseNumber(a) < Column.ParseNumber(b),
                ">" => Column.ParseNumber(a) > Column.ParseNumber(b),
                "<=" => Column.ParseNumber(a) <= Column.ParseNumber(b),
                ">=" => Column.ParseNumber(a) >= Column.ParseNumber(b),
                _ => a.Contains(b, StringComparison.Ordinal),
            }
        );
    }
}
