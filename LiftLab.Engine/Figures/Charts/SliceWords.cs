using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>Sentences on the training rows and the held features of a picture of a learner's answers.</summary>
public static class SliceWords
{
    public const string HeldAtTypical = "All other features are held at their median or most frequent value.";

    /// <summary>Characters of a held text that are shown.</summary>
    const int MostCharacters = 40;

    /// <summary>Held features that are named; a longer sentence is not read.</summary>
    const int MostNamed = 6;

    /// <summary>Names the values at which the features that are not drawn are held; empty where there are none.</summary>
    public static string HeldAt(LearningTask task, string x, string? y, IReadOnlyDictionary<string, string>? chosen)
    {
        ColumnSchema[] others = [.. task.Schema.Features.Where(f => f.Name != x && f.Name != y)];
        if (others.Length == 0)
            return "";
        var own = others.Where(f => chosen?.ContainsKey(f.Name) == true).ToArray();
        ColumnSchema[] named = [.. own.Concat(others.Except(own)).Take(Math.Max(MostNamed, own.Length))];
        string Value(ColumnSchema f)
        {
            var cell = chosen?.GetValueOrDefault(f.Name) ?? BoundarySurface.Typical(task, f);
            if (cell.Length > MostCharacters)
                cell = cell[..MostCharacters].TrimEnd() + "…";
            return cell.Length == 0 ? $"{f.Name} missing" : $"{f.Name} = {cell}{(f.Unit is { Length: > 0 } unit ? " " + unit : "")}";
        }
        var rest = others.Length - named.Length;
        var words = $"Held: {string.Join(", ", named.Select(Value))}";
        var typical =
            own.Length == 0 ? " (median or most frequent value)"
            : own.Length < others.Length ? " (the rest at their median or most frequent value)"
            : "";
        return words + (rest == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" and {rest} more")) + typical + ".";
    }

    public static string Of(BoundaryRows rows)
    {
        var words =
            rows.Off.Count == 0
                ? "Marks are training rows."
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"Marks are training rows, fainter the farther their other features are from the held values: half of the rows are more than {rows.MedianOff:0.0} standard deviations away."
                );
        return words + Count(rows.Missing, "a missing value") + Count(rows.WithoutLine, "another category");
    }

    static string Count(int rows, string why) =>
        rows == 0
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $" {rows} training {(rows == 1 ? "row" : "rows")} with {why} {(rows == 1 ? "is" : "are")} not drawn."
            );
}
