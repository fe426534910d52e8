using System.Globalization;
using System.Text.Json;

namespace LiftLab.Engine.OpenAi.Money;

/// <summary>
/// Prices with the date on which a person looked at them. Nothing updates them by itself: a lab edits its own copy, and every estimate
/// names the date.
/// </summary>
/// <param name="Checked">When a person compared the list with the providers' pages; null where nobody has. The list that comes with
/// LiftLab is of mid-2025 and was not compared.</param>
public sealed record PriceList(DateOnly? Checked, IReadOnlyList<Price> Prices)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The environment variable that names a lab's own list.</summary>
    public const string FileVariable = "LIFTLAB_PRICES";

    /// <summary>The lab's own list, else the one that comes with LiftLab.</summary>
    /// <exception cref="FormatException">The file cannot be read as a list of prices.</exception>
    public static PriceList Read() => Read(Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } own ? own : Bundled);

    /// <summary>The list that comes with LiftLab.</summary>
    public static string Bundled => Path.Combine(AppContext.BaseDirectory, "data", "provider-prices.json");

    /// <inheritdoc cref="Read()"/>
    public static PriceList Read(string file)
    {
        try
        {
            var list = JsonSerializer.Deserialize<PriceList>(File.ReadAllText(file), Json);
            if (list is { Prices: not null } && list.Prices.All(p => p.IsUsable))
                return list;
            throw new FormatException($"{file}: a price is negative, or lacks its kind or model");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new FormatException($"the list of prices {file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>How far the prices can be trusted, for a sentence: "by prices of 2026-11-27".</summary>
    public string InWords =>
        Checked is { } day
            ? "by prices of " + day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : "by a list of mid-2025 that nobody has compared with the provider's page";

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <summary>The price with the longest beginning of the model's name; null where the list has none.</summary>
    /// <param name="model">A base model, or a fine-tuned one ("ft:BASE:...").</param>
    public Price? For(string kind, string model)
    {
        var name = model.StartsWith("ft:", StringComparison.Ordinal) ? model[3..] : model;
        return Prices.Where(p => p.Kind == kind && name.StartsWith(p.Model, StringComparison.OrdinalIgnoreCase)).MaxBy(p => p.Model.Length);
    }
}
