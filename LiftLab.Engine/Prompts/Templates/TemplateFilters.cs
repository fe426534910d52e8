using System.Globalization;
using Fluid;
using Fluid.Filters;
using Fluid.Values;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// The filters that a template may use (after <c>|</c>). A filtered cell keeps its place in the prompt. A new filter needs one line in <see
/// cref="All"/>.
/// </summary>
static class TemplateFilters
{
    /// <summary>Maximum characters of a filter's result.</summary>
    const int Longest = 100_000;

    /// <summary>Name, minimum and maximum number of arguments, and function of each filter.</summary>
    public static IReadOnlyDictionary<string, (int Least, int Most, FilterDelegate Apply)> All { get; } =
        new Dictionary<string, (int, int, FilterDelegate)>(StringComparer.Ordinal)
        {
            ["decimals"] = (1, 1, Own((text, a) => Number(text, v => NumberFormat.Fixed(v, Places(a.At(0).ToStringValue()))))),
            ["integer"] = (0, 0, Own((text, _) => Number(text, NumberFormat.Integer))),
            ["downcase"] = (0, 0, Of(StringFilters.Downcase)),
            ["upcase"] = (0, 0, Of(StringFilters.Upcase)),
            ["capitalize"] = (0, 0, Own((text, _) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..])),
            ["replace"] = (2, 2, Own((text, a) => Replace(text, a.At(0).ToStringValue(), a.At(1).ToStringValue()))),
            ["default"] = (1, 1, Own((text, a) => text.Length == 0 ? a.At(0).ToStringValue() : text)),
            ["strip"] = (0, 0, Of(StringFilters.Strip)),
            ["lstrip"] = (0, 0, Of(StringFilters.LStrip)),
            ["rstrip"] = (0, 0, Of(StringFilters.RStrip)),
            ["append"] = (1, 1, Of(StringFilters.Append)),
            ["prepend"] = (1, 1, Of(StringFilters.Prepend)),
            ["remove"] = (1, 1, Of(StringFilters.Remove)),
            ["slice"] = (1, 2, Of(StringFilters.Slice)),
            ["truncate"] = (1, 2, Of(StringFilters.Truncate)),
        };

    /// <summary>Name of each filter and whether it needs an argument.</summary>
    public static IEnumerable<(string Name, bool NeedsArgument)> Names => All.Select(f => (f.Key, f.Value.Least > 0));

    /// <summary>Applies one of Fluid's filters to the text of a value.</summary>
    static FilterDelegate Of(FilterDelegate filter) =>
        async (input, arguments, context) =>
            CellValue.Replaced(
                input,
                Bounded(context, input, (await filter(new StringValue(input.ToStringValue()), arguments, context)).ToStringValue())
            );

    static FilterDelegate Own(Func<string, FilterArguments, string> filter) =>
        (input, arguments, context) => CellValue.Replaced(input, Bounded(context, input, filter(input.ToStringValue(), arguments)));

    /// <summary>Text that is not a number stays unchanged, so that a missing cell keeps its text.</summary>
    static string Number(string text, Func<double, string> write) =>
        Column.ParseNumber(text) is var value && double.IsFinite(value) ? write(value) : text;

    /// <exception cref="TemplateFaultException">The text is not a number of places.</exception>
    public static int Places(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var places) && places <= 15
            ? places
            : throw new TemplateFaultException($"'decimals: {text}': the number of places is 0 to 15");

    static string Replace(string text, string from, string by)
    {
        if (from.Length == 0)
            return text;
        return (long)(text.Length / from.Length) * Math.Max(0, by.Length - from.Length) + text.Length <= Longest
            ? text.Replace(from, by, StringComparison.Ordinal)
            : throw TooLong();
    }

    static string Bounded(TemplateContext context, FluidValue input, string text)
    {
        RenderBudget.SpendTexts(context, input.ToStringValue(), text);
        return text.Length <= Longest ? text : throw TooLong();
    }

    static TemplateFaultException TooLong() => new($"the result of a filter has more than {Longest} characters");
}
