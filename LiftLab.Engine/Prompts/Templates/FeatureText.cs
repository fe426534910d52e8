using System.Globalization;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Values;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>
/// One feature of one row: <c>{{ feature.name }}</c> and the other <see cref="Members"/>. Without a member, it writes its value.
/// </summary>
sealed class FeatureText(FeatureWriter forms, string cell) : RowPart
{
    public static readonly IReadOnlyList<string> Members =
    [
        "name",
        "value",
        "wording",
        "measured",
        "cell",
        "index",
        "unit",
        "missing",
        "number",
        "integer",
        "text",
        "letter",
        "symbol",
        "token",
    ];

    public int Index => forms.Index;

    public override string ToStringValue() => forms.Value(cell).Text;

    public override bool Equals(FluidValue other) => CellComparison.Same(ToStringValue(), other.ToStringValue());

    public override ValueTask WriteToAsync(TextWriter writer, TextEncoder encoder, CultureInfo cultureInfo) =>
        Of(forms.Value(cell)).WriteToAsync(writer, encoder, cultureInfo);

    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) =>
        name switch
        {
            "value" => Of(forms.Value(cell)),
            "wording" => Of(forms.Wording(cell)),
            "measured" => Of(forms.Measured(cell)),
            "cell" => Of(forms.Cell(cell)),
            "letter" => Of(forms.Letter(cell)),
            "symbol" => Of(forms.Symbol(cell)),
            "token" => Of(forms.Token(cell)),
            "name" => new StringValue(forms.Name),
            "unit" => new StringValue(forms.Feature.Unit ?? ""),
            "index" => NumberValue.Create(forms.Index + 1),
            "missing" => BooleanValue.Create(cell.Length == 0),
            "number" => BooleanValue.Create(forms.Feature.IsNumeric),
            "integer" => BooleanValue.Create(forms.Feature.Kind == ColumnKind.Integer),
            "text" => BooleanValue.Create(forms.Feature.WrittenOut),
            _ => base.GetValueAsync(name, context),
        };

    CellValue Of(WrittenCell written) => new(forms.Index, written);
}
