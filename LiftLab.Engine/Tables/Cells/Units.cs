using System.Globalization;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>Texts before or after a number that are units, currencies or powers of ten.</summary>
static class Units
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
