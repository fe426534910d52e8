using System.Globalization;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Values;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// A value that a template sees. Its members are those it names and no others: nothing leads from it to an object of the program.
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
        throw new TemplateFaultException($"the template asks for '{name}' of something that has none");

    public override ValueTask<FluidValue> GetIndexAsync(FluidValue index, TemplateContext context) =>
        GetValueAsync(index.ToStringValue(), context);
}
