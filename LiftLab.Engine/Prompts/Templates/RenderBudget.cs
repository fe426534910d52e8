using Fluid;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// The work that one row may take, in characters and list entries. Fluid counts only the statements that it executes, so loops without a
/// body and filters on long texts would be unlimited.
/// </summary>
sealed class RenderBudget
{
    /// <summary>About a tenth of a second; the paper's prompts take a few thousand.</summary>
    const long Most = 5_000_000;

    /// <summary>Units of one pass of a loop without a body.</summary>
    const int Pass = 10;

    const string Key = "budget";

    long spent;

    /// <summary>Gives a rendering its budget.</summary>
    public static void Grant(TemplateContext context) => context.AmbientValues[Key] = new RenderBudget();

    /// <summary>A loop over a list, or a look at it.</summary>
    /// <exception cref="TemplateFaultException">The budget is used up.</exception>
    public static void SpendList(TemplateContext context, int entries) => Spend(context, (entries + 1L) * Pass);

    /// <summary>Texts that are compared or changed.</summary>
    /// <exception cref="TemplateFaultException">The budget is used up.</exception>
    public static void SpendTexts(TemplateContext context, params ReadOnlySpan<string> texts)
    {
        long length = Pass;
        foreach (var text in texts)
            length += text.Length;
        Spend(context, length);
    }

    static void Spend(TemplateContext context, long units)
    {
        if (context.AmbientValues.TryGetValue(Key, out var value) && value is RenderBudget budget && (budget.spent += units) > Most)
            throw new TemplateFaultException(
                "the template takes too much work for one row: it has loops inside loops, or filters that make long texts"
            );
    }
}
