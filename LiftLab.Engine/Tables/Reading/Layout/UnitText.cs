namespace LiftLab.Engine.Tables.Reading.Layout;

/// <summary>Recognises units of measurement in a row below the header.</summary>
static class UnitText
{
    static readonly HashSet<string> Known = new(
        (
            "% ‰ ppm ppb g kg mg µg ug ng t lb lbs oz m cm mm µm um nm km in inch ft yd mi m2 m3 m² m³ cm2 cm3 cm² cm³ km2 km² ha l L ml mL dl "
            + "µl ul s sec ms µs min h hr d day days yr year years a mo K C F °C °F degC degF deg ° rad Pa hPa kPa MPa bar mbar mmHg psi atm "
            + "N kN J kJ kcal cal W kW kWh MW V mV A mA Ω ohm Hz kHz MHz GHz mol mmol mol/l mmol/l mmol/L mg/dl mg/dL mg/l mg/L g/l g/L g/cm3 "
            + "µg/m3 µg/m³ m/s km/h mph rpm EUR USD GBP CHF JPY € $ £ ¥ pH dB lx lm cd count counts # index n pixels px units bpm kg/m2 kg/m²"
        ).Split(' '),
        StringComparer.Ordinal
    );

    /// <summary>A known unit, also in brackets.</summary>
    public static bool IsKnown(string cell) => IsBracketed(cell) || Known.Contains(cell);

    /// <summary>An empty cell, a dash, or a short text without digits that can be a unit.</summary>
    public static bool IsUnit(string cell) =>
        cell.Length == 0
        || cell is "-" or "–" or "—" or "none" or "text" or "1" or "NA"
        || IsKnown(cell)
        || cell.Length <= 8 && !cell.Any(c => char.IsAsciiDigit(c) || c == ' ') && cell.Contains('/', StringComparison.Ordinal);

    /// <summary>The unit without brackets; empty where the cell is no unit.</summary>
    public static string Bare(string cell) =>
        IsBracketed(cell) ? cell[1..^1].Trim()
        : Known.Contains(cell) || cell.Contains('/', StringComparison.Ordinal) ? cell
        : "";

    static bool IsBracketed(string cell) => cell.Length is > 2 and < 16 && (cell[0], cell[^1]) is ('(', ')') or ('[', ']') or ('{', '}');
}
