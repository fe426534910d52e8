using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines;

/// <summary>The grid of settings: LiftLab's default grid, or the paper's.</summary>
public enum BaselineGrid
{
    Default,
    Paper,
}

/// <summary>
/// A baseline's settings in a specification: <c>{"grid": "paper", "encoding": "raw", "k": [1, 3]}</c>. Other names are hyperparameters: a
/// value fixes one, a list gives its grid.
/// </summary>
public sealed record BaselineOptions(BaselineGrid Grid, FeatureEncoding Encoding, IReadOnlyDictionary<string, JsonNode> Own)
{
    /// <exception cref="ArgumentException">An unknown name or value; the message lists the valid ones.</exception>
    public static BaselineOptions Parse(JsonObject? settings)
    {
        var (grid, encoding) = (BaselineGrid.Default, (FeatureEncoding?)null);
        Dictionary<string, JsonNode> own = new(StringComparer.Ordinal);
        foreach (var (name, value) in settings ?? [])
            if (name == "grid")
                grid = Choice<BaselineGrid>(name, value);
            else if (name == "encoding")
                encoding = Choice<FeatureEncoding>(name, value);
            else
                own[name] = value ?? throw new ArgumentException($"{name} has no value");
        return new(grid, encoding ?? (grid == BaselineGrid.Paper ? FeatureEncoding.Paper : FeatureEncoding.Standard), own);
    }

    /// <summary>The settings to fit, in the order that breaks ties.</summary>
    /// <exception cref="ArgumentException">The baseline has no such hyperparameter, or a value has the wrong type.</exception>
    public IReadOnlyList<Setting> Settings(Baseline baseline, TaskKind task)
    {
        var parameters = (Grid == BaselineGrid.Paper ? baseline.PaperParameters(task) : null) ?? baseline.Parameters(task);
        if (Own.Keys.FirstOrDefault(name => parameters.All(p => p.Name != name)) is { } unknown)
            throw new ArgumentException(
                $"{baseline.Name} has no setting '{unknown}'; it has {string.Join(", ", parameters.Select(p => p.Name).Concat(["grid", "encoding"]))}"
            );
        return Hyperparameter.Grid([.. parameters.Select(p => Own.TryGetValue(p.Name, out var values) ? p.With(values) : p)]);
    }

    static T Choice<T>(string name, JsonNode? value)
        where T : struct, Enum =>
        value is JsonValue v
        && v.TryGetValue<string>(out var word)
        && Enum.TryParse<T>(word, ignoreCase: true, out var choice)
        && Enum.IsDefined(choice)
            ? choice
            : throw new ArgumentException(
                $"{name} = {value?.ToJsonString() ?? "null"}: use {string.Join(" or ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}"
            );
}
