using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>Texts before or after a number that are units, currencies or powers of ten.</summary>
static partial class Units
{
    const int Longest = 14;

    static readonly HashSet<string> Currencies = Words(
        StringComparer.OrdinalIgnoreCase,
        "USD EUR GBP CHF JPY CNY RMB INR AUD CAD NZD SEK NOK DKK PLN CZK HUF RON BGN RUB UAH TRY BRL MXN ARS CLP COP PEN ZAR NGN",
        "KES EGP ILS SAR AED KRW TWD HKD SGD THB MYR IDR PHP VND PKR LKR BDT ISK Rs Rs. kr kr. Kč zł Ft Fr Fr. SFr DM R lei"
    );

    static readonly HashSet<string> Known = Words(
        StringComparer.Ordinal,
        "mm cm dm m km in ft yd mi nm µm um µg ug mg g kg t lb lbs oz ml mL cl dl l L hl gal pt qt",
        "ms s sec secs min mins h hr hrs d day days wk week weeks mo month months y yr yrs year years",
        "°C °F °K °c ºC ℃ ℉ K C F Hz kHz MHz GHz W kW MW GW Wh kWh MWh V mV kV A mA Ah mAh Ω ohm F µF nF pF",
        "Pa kPa hPa MPa bar mbar psi atm mmHg N kN Nm J kJ MJ cal kcal mol mmol µmol M mM µM nM pM ppm ppb ppt dB",
        "B kB KB MB GB TB kbit Mbit km/h mph m/s kph kn rpm bpm hp bhp PS cc CC cm3 m2 m² m³ m3 km2 km² ha ac sqft sqm",
        "mg/l mg/L g/l g/L mg/dl mg/dL µg/l mmol/l mmol/L U/l U/L IU g/kg mg/kg kg/m2 kg/m² x × ct pcs px lx lm cd Bq Sv"
    );

    /// <summary>Units that are written out, beside those that are known by their symbols.</summary>
    static readonly HashSet<string> Named = Words(
        StringComparer.OrdinalIgnoreCase,
        "second minute hour metre meter foot feet inch inches mile gram kilogram pound ounce stone ton tonne litre liter gallon degree degrees",
        "celsius fahrenheit kelvin percent pct point dollar euro watt volt amp ampere joule pixel cell count centimetre centimeter millimetre",
        "millimeter kilometre kilometer milligram microgram millilitre milliliter kWh hPa yrs an a° umol µmol umol uL µL µl ul fl fL pg ng nmol",
        "pmol mEq mOsm copies µs us mmH2O cmH2O Hg cP rad deg sr wt% vol% °dH"
    );

    /// <summary>A part of a unit that is a number: "1", "10^9", "x10³", "100".</summary>
    [GeneratedRegex(@"^[x×]?\s?10{0,6}\^?[0-9⁰¹²³⁴-⁹]{0,2}$|^1$")]
    private static partial Regex PowerPart { get; }

    [GeneratedRegex("(?:[²³⁻¹]+|\\^?-?[1234])$")]
    private static partial Regex Exponent { get; }

    /// <summary>Words after a number that make it an ordinal, a time of day or a phrase.</summary>
    static readonly HashSet<string> NoUnits = Words(StringComparer.OrdinalIgnoreCase, "am pm a.m. p.m. st nd rd th and or to of by uhr");

    static readonly Dictionary<string, int> Powers = new(StringComparer.Ordinal)
    {
        ["k"] = 3,
        ["K"] = 3,
        ["Tsd"] = 3,
        ["thousand"] = 3,
        ["M"] = 6,
        ["mn"] = 6,
        ["Mn"] = 6,
        ["mln"] = 6,
        ["Mio"] = 6,
        ["million"] = 6,
        ["B"] = 9,
        ["bn"] = 9,
        ["Bn"] = 9,
        ["Mrd"] = 9,
        ["billion"] = 9,
        ["T"] = 12,
        ["tn"] = 12,
        ["trillion"] = 12,
        ["lakh"] = 5,
        ["crore"] = 7,
    };

    static HashSet<string> Words(StringComparer comparer, params string[] lists) => lists.SelectMany(l => l.Split(' ')).ToHashSet(comparer);

    /// <summary>The power of ten that a text such as "K" or "million" stands for; null for another text.</summary>
    public static int? Power(string text) => Powers.TryGetValue(text.TrimEnd('.'), out var power) ? power : null;

    public static bool IsCurrency(string text) =>
        Currencies.Contains(text)
        || text.Length is > 0 and <= 4
            && text.Any(c => char.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol)
            && text.All(c => char.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol || char.IsAsciiLetterUpper(c) || c == '.');

    /// <param name="spaced">Whether a blank separates it from the number: then any word may be a unit, else only a known one.</param>
    public static bool IsUnit(string text, bool spaced) =>
        text is "%" or "‰" or "°"
        || Known.Contains(text.TrimEnd('.')) && (spaced || text is not ("A" or "B" or "C" or "F" or "K" or "N"))
        || IsCurrency(text)
        || spaced
            && text.Length <= Longest
            && char.IsLetter(text[0])
            && !NoUnits.Contains(text)
            && text.All(c => char.IsLetter(c) || c is '/' or '²' or '³' or '^' or '·' or '.' or '-' or '2' or '3' or '%');

    /// <summary>
    /// Whether a text alone, as in the brackets of a column's name, is a unit: known symbols and names, also divided or multiplied
    /// ("kg/m²", "10^9/L", "mm Hg"). "1=f, 2=m", "0-10", "yes/no" and "baseline" are none.
    /// </summary>
    public static bool IsAlone(string text)
    {
        string[] parts = text.Split(['/', '·', '*', '⋅', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || Pairs.Contains(text))
            return false;
        return Known.Contains(text) || parts.All(p => IsPart(p) || PowerPart.IsMatch(p)) && parts.Any(IsPart);
    }

    /// <summary>Both sides are symbols of units, and the text is none: male or female.</summary>
    static readonly HashSet<string> Pairs = Words(StringComparer.OrdinalIgnoreCase, "m/f f/m m/w w/m h/f");

    static bool IsPart(string part)
    {
        part = part.TrimEnd('.');
        if (part is "per" or "%" or "‰" or "°" || IsSymbol(part))
            return true;
        return Exponent.Match(part) is { Success: true, Index: > 0 } power && IsSymbol(part[..power.Index]);
    }

    static bool IsSymbol(string part) =>
        Known.Contains(part)
        || Named.Contains(part)
        || part.Length > 3 && part.EndsWith('s') && Named.Contains(part[..^1])
        || IsCurrency(part);

    /// <summary>Equal for the same unit in the singular and in the plural, and for capitals in longer words.</summary>
    public static string Key(string unit)
    {
        var key = unit.TrimEnd('.');
        if (key.Length <= 2)
            return key;
        key = key.ToLowerInvariant();
        return key.EndsWith('s') ? key[..^1] : key;
    }
}
