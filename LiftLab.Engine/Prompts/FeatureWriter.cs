using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>Writes the cells of one feature in each form that a template can use.</summary>
/// <param name="index">Index of the feature in table order, from 0.</param>
/// <param name="missing">The text for an empty cell.</param>
/// <param name="integersAsDecimals">Decimal style: integer columns are written with decimals too.</param>
sealed class FeatureWriter(PromptFeature feature, int index, NumberFormat numbers, string missing, bool integersAsDecimals)
{
    public PromptFeature Feature => feature;

    public int Index => index;

    /// <summary>The cell in the number format; the text for missing cells if it is empty.</summary>
    public WrittenCell Value(string cell)
    {
        if (cell.Length == 0)
            return new(missing);
        if (!feature.IsNumeric || numbers.Style == NumberStyle.AsWritten)
            return new(cell);
        var number = Column.ParseNumber(cell);
        if (!double.IsFinite(number))
            return new(cell);
        if (feature.Scale is { } scale)
            return scale.Level(number) is var level ? new(NumberFormat.Level(level), level) : default;
        return new(
            feature.Kind == ColumnKind.Integer && !integersAsDecimals
                ? NumberFormat.Integer(number)
                : NumberFormat.Fixed(number, numbers.Decimals)
        );
    }

    /// <summary>The schema's label for a code, else <see cref="Value"/>.</summary>
    public WrittenCell Wording(string cell) =>
        feature.ValueLabels is { } words && words.TryGetValue(cell, out var word) ? new(word) : Value(cell);

    /// <summary>The cell as in the table; the text for missing cells if it is empty.</summary>
    public WrittenCell InRow(string cell) => new(cell.Length > 0 ? cell : missing);

    /// <summary>One token: a scaled number's level, a category's letter, which is unique in its column; else <see cref="Value"/>.</summary>
    public WrittenCell Letter(string cell) => feature.Codes is { } codes && cell.Length > 0 ? new(codes.Letter(cell)) : Value(cell);

    /// <summary>One token: a scaled number's level, a category's symbol, which no other column uses; else <see cref="Value"/>.</summary>
    public WrittenCell Symbol(string cell) => feature.Codes is { } codes ? new(codes.Symbol(cell)) : Value(cell);

    /// <summary>
    /// One token that identifies its column: a scaled number's level with the column's number (<c>&lt;3:07&gt;</c>), a category's symbol;
    /// else <see cref="Value"/>.
    /// </summary>
    public WrittenCell Token(string cell)
    {
        if (feature.Codes is { } codes)
            return new(codes.Symbol(cell));
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
readonly record struct WrittenCell(string Text, int? Level = null);
