using System.Globalization;

namespace LiftLab.Web.Parts;

/// <summary>
/// Values in an address. Pages take them as texts: where the framework reads a number or a flag itself, a text that is none ends the page.
/// </summary>
public static class AddressValue
{
    public static bool Flag(string? text) => bool.TryParse(text, out var on) && on;

    /// <summary>Null for a text that is not a whole number.</summary>
    public static int? Whole(string? text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
