using System.Globalization;

namespace LiftLab.Engine.Prompts.Cells;

/// <summary>How the numbers of one column are written.</summary>
public enum CellForm
{
    /// <summary>A fixed number of decimal places: 5.10.</summary>
    Decimals,

    /// <summary>A number of significant digits, never with an exponent below 10^15: 0.00123, 1230000.</summary>
    Significant,

    /// <summary>Cut toward zero, as Python's <c>%d</c>: 5.</summary>
    Integer,

    /// <summary>A fixed number of decimal places with a space between the characters: 5 . 1 0. Each digit is a token of its own.</summary>
    Spaced,

    /// <summary>One digit, decimal places and an exponent: 5.10e+00.</summary>
    Scientific,

    /// <summary>A level of 0 to 99 of the column's range: &lt;69&gt;.</summary>
    Scaled,

    /// <summary>The cell's own text.</summary>
    AsWritten,
}

/// <summary>The number format of one column; it replaces the template's <see cref="NumberFormat"/> there.</summary>
/// <param name="Places">Decimal places of <see cref="CellForm.Decimals"/>, <see cref="CellForm.Spaced"/> and <see
/// cref="CellForm.Scientific"/>, 0 to 15; digits of <see cref="CellForm.Significant"/>, 1 to 15; else without meaning.</param>
public sealed record CellFormat(CellForm Form, int Places = 2)
{
    /// <summary>Largest decimal exponent that is written as digits.</summary>
    const int LongestExponent = 15;

    /// <summary>Whether <see cref="Places"/> has a meaning.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool HasPlaces => Form is CellForm.Decimals or CellForm.Significant or CellForm.Spaced or CellForm.Scientific;

    /// <summary>The text of a number in every form but <see cref="CellForm.Scaled"/> and <see cref="CellForm.AsWritten"/>.</summary>
    /// <param name="value">Finite.</param>
    /// <exception cref="InvalidOperationException">The form needs more than the number.</exception>
    public string Write(double value) =>
        Form switch
        {
            CellForm.Decimals => NumberFormat.Fixed(value, Places),
            CellForm.Significant => Significant(value, Places),
            CellForm.Integer => NumberFormat.Integer(value),
            CellForm.Spaced => Spaced(NumberFormat.Fixed(value, Places)),
            CellForm.Scientific => Scientific(value, Places),
            _ => throw new InvalidOperationException($"{Form} needs the cell, not the number alone"),
        };

    /// <summary>"3 decimals", "scientific, 2 decimals": for lists of choices.</summary>
    public string Words()
    {
        string Places(string one, string many) =>
            string.Create(CultureInfo.InvariantCulture, $"{this.Places} {(this.Places == 1 ? one : many)}");
        return Form switch
        {
            CellForm.Decimals => Places("decimal", "decimals"),
            CellForm.Significant => Places("significant digit", "significant digits"),
            CellForm.Integer => "integer",
            CellForm.Spaced => "spaced digits, " + Places("decimal", "decimals"),
            CellForm.Scientific => "scientific, " + Places("decimal", "decimals"),
            CellForm.Scaled => "scaled, 100 levels",
            _ => "as written",
        };
    }

    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    internal void Check()
    {
        if (!Enum.IsDefined(Form))
            throw new ArgumentOutOfRangeException(nameof(Form), Form, "there is no such number format");
        if (!HasPlaces)
            return;
        ArgumentOutOfRangeException.ThrowIfLessThan(Places, Form == CellForm.Significant ? 1 : 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Places, 15);
    }

    static string Significant(double value, int digits)
    {
        var rounded = value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var exponent = int.Parse(rounded.AsSpan(rounded.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (Math.Abs(exponent) > LongestExponent)
            return Scientific(value, digits - 1);
        var places = Math.Max(0, digits - 1 - exponent);
        return NumberFormat.Fixed(double.Parse(rounded, CultureInfo.InvariantCulture), places);
    }

    /// <summary>Python's <c>%.ne</c>: two digits of exponent at least.</summary>
    static string Scientific(double value, int places)
    {
        var text = value.ToString("e" + places.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        // .NET writes three digits of exponent: 5.1e+000.
        return text[^3] == '0' && (text[^4] == '+' || text[^4] == '-') ? text.Remove(text.Length - 3, 1) : text;
    }

    static string Spaced(string digits) =>
        digits.StartsWith('-') ? "-" + string.Join(' ', digits[1..].ToCharArray()) : string.Join(' ', digits.ToCharArray());
}
