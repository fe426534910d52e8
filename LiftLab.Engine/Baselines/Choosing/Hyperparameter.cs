using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Baselines.Choosing;

/// <summary>A hyperparameter with the values of its grid.</summary>
/// <param name="Name">Its usual name ("max_depth").</param>
/// <param name="Short">Its name in labels ("d"). Empty: labels show the value alone. Null: labels show the full name, and omit it at its
/// default value.</param>
/// <param name="Values">Values of one type: double, int, bool or string. The first is the default.</param>
public sealed record Hyperparameter(string Name, string? Short, params object[] Values)
{
    readonly object standard = Values[0];

    /// <summary>All combinations, the last hyperparameter varying fastest.</summary>
    public static IReadOnlyList<Setting> Grid(IReadOnlyList<Hyperparameter> parameters)
    {
        IEnumerable<object[]> points =
        [
            [],
        ];
        foreach (var parameter in parameters)
            points = [.. points.SelectMany(p => parameter.Values.Select(v => (object[])[.. p, v]))];
        return
        [
            .. points.Select(p => new Setting(
                Label(parameters, p),
                parameters.Select((h, i) => (h.Name, p[i])).ToDictionary(x => x.Name, x => x.Item2)
            )),
        ];
    }

    /// <summary>The hyperparameter with the user's values: a JSON scalar fixes it, an array gives its grid.</summary>
    /// <exception cref="ArgumentException">A value has the wrong type.</exception>
    public Hyperparameter With(JsonNode values)
    {
        object[] own = [.. (values is JsonArray list ? list.Select(v => v!) : [values]).Select(Convert)];
        return this with { Values = own };
    }

    object Convert(JsonNode node)
    {
        try
        {
            return standard switch
            {
                double => node.GetValue<double>(),
                int => node.GetValue<int>(),
                bool => node.GetValue<bool>(),
                _ => node.GetValue<string>(),
            };
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or JsonException)
        {
            throw new ArgumentException($"{Name} = {node.ToJsonString()}: expected a {Kind} such as {Text(standard)}", e);
        }
    }

    string Kind =>
        standard switch
        {
            double => "number",
            int => "whole number",
            bool => "true or false",
            _ => "word",
        };

    static string Label(IReadOnlyList<Hyperparameter> parameters, object[] point)
    {
        var parts = parameters
            .Select((h, i) => (Parameter: h, Value: point[i]))
            .Where(p => p.Parameter.Short is not null || !p.Value.Equals(p.Parameter.standard))
            .Select(p => p.Parameter.Short is "" ? Text(p.Value) : (p.Parameter.Short ?? p.Parameter.Name) + "=" + Text(p.Value));
        var label = string.Join(",", parts);
        return label.Length == 0 ? "-" : label;
    }

    static string Text(object value) =>
        value is bool b ? (b ? "true" : "false") : System.Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
