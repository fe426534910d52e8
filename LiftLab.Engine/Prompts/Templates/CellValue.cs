using System.Globalization;
using System.Text.Encodings.Web;
using Fluid.Values;
using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>A text made from a cell.</summary>
sealed class CellValue(int feature, WrittenCell cell) : RowPart
{
    /// <summary>Index of the feature in table order.</summary>
    public int Feature => feature;

    public WrittenCell Cell => cell;

    public override FluidValues Type => FluidValues.String;

    public override bool Equals(FluidValue other) => CellComparison.Same(cell.Text, other.ToStringValue());

    public override string ToStringValue() => cell.Text;

    public override ValueTask WriteToAsync(TextWriter writer, TextEncoder encoder, CultureInfo cultureInfo)
    {
        ((PromptPage)writer).Write(feature, cell);
        return default;
    }

    /// <summary>The value with another text; a value that comes from a cell keeps the cell's place.</summary>
    public static FluidValue Replaced(FluidValue value, string text) =>
        value switch
        {
            CellValue cell => new CellValue(cell.Feature, new(text)),
            FeatureText feature => new CellValue(feature.Index, new(text)),
            _ => new StringValue(text),
        };
}
