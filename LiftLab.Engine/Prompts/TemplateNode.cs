namespace LiftLab.Engine.Prompts;

using Scope = Dictionary<string, object>;

/// <summary>One piece of a parsed template.</summary>
abstract class TemplateNode
{
    public abstract void Write(Scope scope, TemplateText.Page page);

    static void WriteAll(IReadOnlyList<TemplateNode> nodes, Scope scope, TemplateText.Page page)
    {
        foreach (var node in nodes)
            node.Write(scope, page);
    }

    public sealed class Words(string text) : TemplateNode
    {
        public override void Write(Scope scope, TemplateText.Page page) => page.Add(text);
    }

    public sealed class Output(TemplateExpression value) : TemplateNode
    {
        public override void Write(Scope scope, TemplateText.Page page) => page.Add(TemplateExpression.Text(value.Evaluate(scope)));
    }

    /// <summary><c>{% for f in features %}</c>, with <c>forloop.first</c>, <c>.last</c> and <c>.index</c>.</summary>
    public sealed class Loop(string variable, TemplateExpression list, IReadOnlyList<TemplateNode> body) : TemplateNode
    {
        public override void Write(Scope scope, TemplateText.Page page)
        {
            if (list.Evaluate(scope) is not IReadOnlyList<FeatureText> items)
                throw new FormatException("a template can loop over 'features' only");
            var outer = scope.GetValueOrDefault("forloop");
            for (var i = 0; i < items.Count; i++)
            {
                scope[variable] = items[i];
                scope["forloop"] = new LoopState(i + 1, i == 0, i == items.Count - 1);
                WriteAll(body, scope, page);
            }
            scope.Remove(variable);
            if (outer is null)
                scope.Remove("forloop");
            else
                scope["forloop"] = outer;
        }
    }

    public sealed record LoopState(int Index, bool First, bool Last);

    /// <summary>if, elsif, else and case, when, else: the first branch whose condition holds.</summary>
    public sealed class Branches(IReadOnlyList<(TemplateExpression? Condition, IReadOnlyList<TemplateNode> Body)> branches) : TemplateNode
    {
        public override void Write(Scope scope, TemplateText.Page page)
        {
            foreach (var (condition, body) in branches)
                if (condition is null || TemplateExpression.IsTrue(condition.Evaluate(scope)))
                {
                    WriteAll(body, scope, page);
                    return;
                }
        }
    }
}
