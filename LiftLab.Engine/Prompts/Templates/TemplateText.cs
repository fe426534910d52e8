using System.Globalization;
using System.Runtime.ExceptionServices;
using Fluid;
using Fluid.Ast;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// A prompt's text in the Liquid template language, parsed once. It can use only the row's features and the target's name, has no
/// variables, and rendering stops with an error at a limit of characters or steps. Thread-safe.
/// </summary>
sealed class TemplateText
{
    const int LongestTemplate = 10_000,
        MostSteps = 200_000;

    static readonly TemplateOptions Options = Bounded();

    readonly string text;
    readonly IFluidTemplate template;
    readonly TemplateNames names;

    /// <param name="columns">Names of the features.</param>
    /// <exception cref="TemplateFaultException">The text uses an unknown tag or filter, or a range, or does not close a tag.</exception>
    public TemplateText(string text, IReadOnlyCollection<string> columns)
    {
        if (text.Length > LongestTemplate)
            throw new TemplateFaultException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the template has {text.Length} characters; at most {LongestTemplate} are allowed"
                )
            );
        this.text = text;
        (template, var notes) = TemplateParser.Read(text);
        names = new(notes, columns);
        foreach (var statement in ((IStatementList)template).Statements)
            names.Visit(statement);
    }

    /// <exception cref="TemplateFaultException">
    /// The template uses a column, member or feature number that does not exist, or the prompt exceeds a limit.
    /// </exception>
    public void Render(RowText row, PromptPage page)
    {
        if (names.Fault is { } fault)
            throw new TemplateFaultException(fault.What, text, fault.Place);
        var context = new TemplateContext(row, Options);
        RenderBudget.Grant(context);
        try
        {
            // No value is asynchronous, so rendering is complete when the call returns.
            var rendering = template.RenderAsync(page, NullEncoder.Default, context);
            if (!rendering.IsCompletedSuccessfully && rendering.AsTask().Exception?.InnerException is { } thrown)
                ExceptionDispatchInfo.Throw(thrown);
        }
        catch (FeatureNumberException e)
        {
            throw new TemplateFaultException(e.Message, text, names.PlaceOfFeature(e.Number) ?? 0);
        }
        catch (InvalidOperationException e)
        {
            // Fluid's own message for too many steps is misleading: it mentions recursion.
            throw new TemplateFaultException($"the template takes more than {MostSteps} steps", e);
        }
        catch (Exception e) when (e is FluidException or ArithmeticException or ArgumentException)
        {
            throw new TemplateFaultException($"the template cannot be rendered: {e.Message}", e);
        }
    }

    static TemplateOptions Bounded()
    {
        var options = new TemplateOptions
        {
            MaxSteps = MostSteps,
            StrictVariables = true,
            StrictFilters = true,
            CultureInfo = CultureInfo.InvariantCulture,
            ModelNamesComparer = StringComparer.Ordinal,
        };
        options.Filters.Clear();
        foreach (var (name, filter) in TemplateFilters.All)
            options.Filters.AddFilter(name, filter.Apply);
        return options;
    }
}
