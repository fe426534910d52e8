using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Prompts.Cells;

/// <summary>Writes the cells of one feature in each form that a template can use.</summary>
/// <param name="index">Index of the feature in table order, from 0.</param>
/// <param name="integersAsDecimals">Decimal style: integer columns are written with decimals too.</param>
sealed class FeatureWriter(PromptFeature feature, int index, PromptTemplate template, bool integersAsDecimals)
{
    readonly NumberFormat numbers = template.Numbers;
    readonly CellFormat? own = template.Formats?.GetValueOrDefault(feature.Name);

    public PromptFeature Feature => feature;

    public int Index => index;

    /// <summary>The column's name as prompts write it.</summary>
    public string Name { get; } = template.Marked(feature.ReadableName ?? feature.Name);

    /// <summary>The cell in the number format; the text for missing cells if it is empty.</summary>
    public WrittenCell Value(string cell)
    {
        if (cell.Length == 0)
            return new(template.Missing);
        if (!feature.IsNumeric || (own is null ? numbers.Style == NumberStyle.AsWritten : own.Form == CellForm.AsWritten))
            return Cell(cell);
        var number = Column.ParseNumber(cell);
        if (!double.IsFinite(number))
            return Cell(cell);
        if (feature.Scale is { } scale)
            return scale.Level(number) is var level ? new(NumberFormat.Level(level), level) : default;
        if (own is { Form: not CellForm.Scaled })
            return new(own.Write(number));
        return new(
            feature.Kind == ColumnKind.Integer && !integersAsDecimals
                ? NumberFormat.Integer(number)
                : NumberFormat.Fixed(number, numbers.Decimals)
        );
    }

    /// <summary>The schema's label for a code, else <see cref="Value"/>.</summary>
    public WrittenCell Wording(string cell) =>
        feature.ValueLabels is { } words && words.TryGetValue(cell, out var word) ? Cell(word) : Value(cell);

    /// <summary><see cref="Wording"/> with the column's unit ("5.1 cm", "$5"); labels, missing cells and levels have none.</summary>
    public WrittenCell Measured(string cell)
    {
        var written = Wording(cell);
        return
            !feature.IsNumeric
            || cell.Length == 0
            || written.Level is not null
            || written.Coded
            || feature.ValueLabels?.ContainsKey(cell) == true
            ? written
            : written with
            {
                Text = MeasuredText.With(written.Text, feature.Unit),
            };
    }

    /// <summary>The cell as in the table; a long text of a written-out column is cut.</summary>
    public WrittenCell Cell(string cell) => new(template.Marked(feature.TextBytes > 0 ? TextCut.Of(cell, feature.TextBytes) : cell));

    /// <summary>As <see cref="Cell"/>; the text for missing cells if it is empty.</summary>
    public WrittenCell InRow(string cell) => cell.Length > 0 ? Cell(cell) : new(template.Missing);

    /// <summary>One token: a scaled number's level, a category's letter, which is unique in its column; else <see cref="Value"/>.</summary>
    public WrittenCell Letter(string cell) =>
        feature.Codes is not { } codes ? Value(cell)
        : cell.Length > 0 ? new(codes.Letter(cell), Coded: true)
        : Value(cell) with { Coded = true };

    /// <summary>One token: a scaled number's level, a category's symbol, which no other column uses; else <see cref="Value"/>.</summary>
    public WrittenCell Symbol(string cell) => feature.Codes is { } codes ? new(codes.Symbol(cell), Coded: true) : Value(cell);

    /// <summary>
    /// One token that identifies its column: a scaled number's level with the column's number (<c>&lt;3:07&gt;</c>), a category's symbol;
    /// else <see cref="Value"/>.
    /// </summary>
    public WrittenCell Token(string cell)
    {
        if (feature.Codes is { } codes)
            return new(codes.Symbol(cell), Coded: true);
        if (
            feature.Scale is not { } scale
            || Column.ParseNumber(cell) is not (var number and > double.NegativeInfinity and < double.PositiveInfinity)
        )
            return Value(cell);
        var level = scale.Level(number);
        return new(NumberFormat.Level(index + 1, level), level);
    }
}

/// <summary>A cell as written in a prompt.</summary>
/// <param name="Level">0 to 99 if the text is a scaled number's level; else null.</param>
/// <param name="Coded">Whether the text is a category's code, or stands for a missing one.</param>
readonly record struct WrittenCell(string Text, int? Level = null, bool Coded = false);
