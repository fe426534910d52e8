using System.Globalization;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models.Files;

/// <summary>
/// An entry of config.json that changes the computation in a way that is not supported, and the values at which it does not.
/// </summary>
/// <param name="Values">JSON values; null is always one of them.</param>
public sealed record NeutralEntry(string Name, params IReadOnlyList<string> Values)
{
    /// <exception cref="ModelFolderException">The value is not neutral.</exception>
    public void Demand(JsonNode? value)
    {
        if (value is null || Values.Any(v => IsSame(v, value.ToJsonString())))
            return;
        throw new ModelFolderException(
            "config-unsupported",
            $"config.json: '{Name}' is {ConfigEntries.Short(value)}, which changes the computation and is not supported",
            Values.Count == 0
                ? $"Use a model without {Name}."
                : $"Use a model without {Name}, or with {Name} = {string.Join(" or ", Values)}."
        );
    }

    static bool IsSame(string a, string b) =>
        a == b
        || (
            double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y)
            && x == y
        );
}
