using System.Globalization;
using Fluid;
using Fluid.Values;

namespace LiftLab.Engine.Prompts;

/// <summary>
/// A prompt's text with Liquid tags, parsed once. Sandboxed: it sees the row's features and nothing else, includes no
/// files, and is stopped after <see cref="MaxSteps"/> statements or <see cref="MaxLength"/> characters.
/// </summary>
sealed class LiquidText
{
    const int MaxSteps = 200_000, MaxDepth = 20, MaxLength = 1_000_000;

    static readonly FluidParser Parser = new();
    static readonly TemplateOptions Options = CreateOptions();

    readonly IFluidTemplate template;

    /// <exception cref="FormatException">The text is not valid Liquid; the message says where.</exception>
    public LiquidText(string text)
    {
        if (!Parser.TryParse(text, out template, out var error)) throw new FormatException($"the template is not valid Liquid: {error}");
    }

    /// <exception cref="FormatException">A limit was passed, or a filter met something it cannot use.</exception>
    public string Render(IReadOnlyList<FeatureText> features, IReadOnlyDictionary<string, string> row, string target)
    {
        var context = new TemplateContext(Options);
        context.SetValue("features", FluidValue.Create(features, Options));
        context.SetValue("row", FluidValue.Create(row, Options));
        context.SetValue("target", new StringValue(target));
        using var writer = new BoundedWriter(MaxLength);
        try
        {
            template.Render(writer, context, NullEncoder.Default);
        }
        catch (Exception e) when (e is InvalidOperationException or FluidException)
        {
            throw new FormatException($"the template could not be filled in: {e.Message}", e);
        }
        return writer.ToString();
    }

    static TemplateOptions CreateOptions()
    {
        var options = new TemplateOptions { MaxSteps = MaxSteps, MaxRecursion = MaxDepth, CultureInfo = CultureInfo.InvariantCulture, StrictVariables = true, StrictFilters = true };
        options.MemberAccessStrategy.Register<FeatureText, object?>((feature, name) => name switch
        {
            "name" => feature.Name,
            "value" => feature.Value,
            "wording" => feature.Wording,
            "cell" => feature.Cell,
            "index" => feature.Index,
            "unit" => feature.Unit,
            "missing" => feature.Missing,
            "number" => feature.IsNumber,
            _ => throw new FormatException($"a feature has no '{name}'; it has name, value, wording, cell, index, unit, missing, number"),
        });
        options.Filters.AddFilter("decimals", (input, arguments, _) => Number(input, v => NumberFormat.Fixed(v, (int)arguments.At(0).ToNumberValue())));
        options.Filters.AddFilter("integer", (input, _, _) => Number(input, NumberFormat.Integer));
        return options;
    }

    /// <summary>Text that is no number stays as it is, so that a missing cell keeps its wording.</summary>
    static ValueTask<FluidValue> Number(FluidValue input, Func<double, string> write)
    {
        var value = Tables.Column.ParseNumber(input.ToStringValue());
        return ValueTask.FromResult(double.IsFinite(value) ? new StringValue(write(value)) : input);
    }

    sealed class BoundedWriter(int limit) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void Write(char value)
        {
            Check(1);
            base.Write(value);
        }

        public override void Write(string? value)
        {
            Check(value?.Length ?? 0);
            base.Write(value);
        }

        public override void Write(char[] buffer, int index, int count)
        {
            Check(count);
            base.Write(buffer, index, count);
        }

        public override void Write(ReadOnlySpan<char> buffer)
        {
            Check(buffer.Length);
            base.Write(buffer);
        }

        void Check(int more)
        {
            if (GetStringBuilder().Length + more > limit) throw new FormatException($"the prompt is longer than {limit} characters");
        }
    }
}
