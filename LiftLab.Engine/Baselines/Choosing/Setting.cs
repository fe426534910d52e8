using System.Globalization;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Baselines.Choosing;

/// <summary>One point of a grid: hyperparameters by name.</summary>
/// <param name="Label">Short, stable name in tables ("k=5,p=2").</param>
public sealed record Setting(string Label, IReadOnlyDictionary<string, object> Values)
{
    public double Number(string name) => Convert.ToDouble(Values[name], CultureInfo.InvariantCulture);

    public int Whole(string name) => Convert.ToInt32(Values[name], CultureInfo.InvariantCulture);

    public string Word(string name) => Convert.ToString(Values[name], CultureInfo.InvariantCulture)!;

    public bool Flag(string name) => Convert.ToBoolean(Values[name], CultureInfo.InvariantCulture);

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (name, value) in Values)
            json[name] = JsonValue.Create(value);
        return json;
    }

    public override string ToString() => Label;
}
