using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>Writes the cells of one feature in each of the forms that a template can ask for.</summary>
/// <param name="index">Of the feature in table order, from 0.</param>
/// <param name="missing">What an empty cell is called.</param>
/// <param name="integersAsDecimals">Decimal style: an integer column is written with decimals too.</param>
sealed class FeatureWriter(PromptFeature feature, int index, NumberFormat numbers, string missing, bool integersAsDecimals)
{
    public PromptFeature Feature => feature;

    public int Index => index;

    /// <summary>In the number format; the missing wording where the cell is empty.</summary>
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

    /// <summary>The schema's wording of a code, else <see cref="Value"/>.</summary>
    public WrittenCell Wording(string cell) =>
        feature.ValueLabels is { } words && words.TryGetValue(cell, out var word) ? new(word) : Value(cell);

    /// <summary>As in the table; the missing wording where the cell is empty.</summary>
    public WrittenCell InRow(string cell) => new(cell.Length > 0 ? cell : missing);

    /// <summary>One token: a scaled number's level, a category's letter in its own column; else <see cref="Value"/>.</summary>
    public WrittenCell Letter(string cell) => feature.Codes is { } codes && cell.Length > 0 ? new(codes.Letter(cell)) : Value(cell);

    /// <summary>One token: a scaled number's level, a category's character that no other column has; else <see cref="Value"/>.</summary>
    public WrittenCell Symbol(string cell) => feature.Codes is { } codes ? new(codes.Symbol(cell)) : Value(cell);

    /// <summary>
    /// One token that says which column it stands in: a scaled number's level in a column of its own (<c>&lt;3:07&gt;</c>), a category's
    /// symbol; else <see cref="Value"/>.
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

/// <summary>A cell as a prompt shows it.</summary>
/// <param name="Level">0 to 99 where the text is a scaled number's level; else null.</param>
readonly record struct WrittenCell(string Text, int? Level = null);
