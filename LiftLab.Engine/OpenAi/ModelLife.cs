using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi;

/// <summary>When a provider's model stops answering, as far as the service says it (<c>shutdown_date</c> of its list of models).</summary>
public static class ModelLife
{
    /// <summary>Days before the end from which on it is said.</summary>
    public const int Soon = 60;

    /// <summary>The last day of a model; null where the service does not say.</summary>
    /// <param name="model">An entry of the list of models.</param>
    internal static DateOnly? EndOf(JsonObject model)
    {
        foreach (var name in (string[])["shutdown_date", "deprecation_date", "retirement_date"])
        {
            if (Fields.Number(model, name) is { } seconds and > 0)
                return DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, 253402300799)).UtcDateTime);
            if (
                Fields.Text(model, name) is { } text
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            )
                return DateOnly.FromDateTime(at.UtcDateTime);
        }
        return null;
    }

    /// <summary>"14 January 2027".</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>Looks a model up before anything is spent on it. A service without such an entry says nothing about its end.</summary>
    /// <exception cref="LearningFailedException">The model is retired.</exception>
    internal static async Task CheckAsync(
        ProviderClient client,
        string model,
        TimeProvider clock,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        JsonObject entry;
        try
        {
            entry = await client.GetAsync("models/" + Uri.EscapeDataString(model), cancel);
        }
        catch (ProviderException)
        {
            return; // what is wrong shows with the first request that matters
        }
        if (EndOf(entry) is not { } end)
            return;
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (end <= today)
            throw new LearningFailedException(
                "retired",
                $"{client.Provider.Name} has retired {model} on {Day(end)}",
                "Use a model that is still served. Nothing was spent."
            );
        if (end.DayNumber - today.DayNumber <= Soon)
            progress?.Report(new Noted($"{client.Provider.Name} retires {model} on {Day(end)}; it cannot be asked afterwards.", true));
    }
}
