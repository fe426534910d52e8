using System.Globalization;
using Fluid;
using Fluid.Values;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary><c>features</c>: all features in the order of the prompt.</summary>
sealed class FeatureList(FluidValue[] features) : RowPart
{
    public override IEnumerable<FluidValue> Enumerate(TemplateContext context)
    {
        RenderBudget.SpendList(context, features.Length);
        return features;
    }

    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) =>
        name == "size" ? NumberValue.Create(features.Length) : base.GetValueAsync(name, context);

    public override ValueTask<FluidValue> GetIndexAsync(FluidValue index, TemplateContext context) =>
        int.TryParse(index.ToStringValue(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i)
        && i >= 0
        && i < features.Length
            ? features[i]
            : throw new FeatureNumberException(index.ToStringValue(), features.Length);
}

/// <summary>A template used a feature number that does not exist.</summary>
sealed class FeatureNumberException(string number, int count)
    : FormatException($"the template uses features[{number}]; the table has {count} features, counted from 0")
{
    public string Number => number;
}

/// <summary><c>row</c>: the features' cells by column name.</summary>
sealed class RowCells(IReadOnlyDictionary<string, FeatureWriter> writers, IReadOnlyList<string> cells) : RowPart
{
    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) =>
        writers.TryGetValue(name, out var writer)
            ? new CellValue(writer.Index, writer.InRow(cells[writer.Index]))
            : throw new TemplateFaultException($"the row has no feature '{name}'; it has {QuotedNames.Of(writers.Keys)}");
}

/// <summary>The names that a template can use: <c>features</c>, <c>row</c> and <c>target</c>, the target's name.</summary>
sealed class RowText(FeatureList features, RowCells row, string target) : RowPart
{
    public override ValueTask<FluidValue> GetValueAsync(string name, TemplateContext context) =>
        name switch
        {
            "features" => features,
            "row" => row,
            "target" => new StringValue(target),
            _ => NilValue.Instance,
        };
}
