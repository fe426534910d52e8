using System.Globalization;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Values;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// A value that a template can use. Only the members that it names are accessible, so that a template cannot reach any other object of the
/// program.
/// </summary>
abstract class RowPart : FluidValue
{
    public override FluidValues Type => FluidValues.Object;

    public override bool Equals(FluidValue other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => obj is FluidValue other && Equals(other);

    public override int GetHashCode() => 0;

    public override bool ToBooleanValue() => true;

    public override decimal ToNumberValue() =>
        decimal.TryParse(ToStringValue(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public override string ToStringValue() =>
        throw new TemplateFaultException("a template can write a text or a number, not a list; use {% for f in features %}");

    public override object ToObjectValue() => ToStringValue();

    public override ValueTask WriteToAsync(TextWriter writer, TextEncoder encoder, CultureInfo cultureInfo)
    {
        writer.Write(ToStringValue());
        return default;
    }

    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) =>
        throw new TemplateFaultException($"the template uses '.{name}' on a value without members");

    public override ValueTask<FluidValue> GetIndexAsync(FluidValue index, TemplateContext context) =>
        GetValueAsync(index.ToStringValue(), context);
}
