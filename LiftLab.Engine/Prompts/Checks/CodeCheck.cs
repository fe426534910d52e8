using System.Globalization;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Checks;

/// <summary>
/// Finds columns that a template writes as codes although their texts do not fit into codes, and texts that are cut.
/// </summary>
public static class CodeCheck
{
    public const string Code = "written-as-code";

    /// <summary>A warning is given if at least this share of a column's cells is written as "other".</summary>
    const double MostOther = 0.05;

    /// <summary>One problem per column. Rows count from 0.</summary>
    public static IEnumerable<Problem> Of(TablePrompts prompts, Table table, IReadOnlyList<int> rows)
    {
        if (rows.Count == 0)
            yield break;
        HashSet<string> coded = [.. prompts.PromptWithPlaces(table, rows[0]).Cells.Where(c => c.Coded).Select(c => c.Column)];
        foreach (var feature in prompts.State.Features)
        {
            string[] cells = [.. rows.Select(r => table[feature.Name].Cells[r]).Where(c => c.Length > 0)];
            if (cells.Length > 0 && coded.Contains(feature.Name) && feature.Codes is { } codes && Loss(feature, codes, cells) is { } loss)
                yield return loss;
            if (
                feature is { WrittenOut: true, TextBytes: > 0 }
                && cells.Count(c => TextCut.IsNeeded(c, feature.TextBytes)) is > 0 and var cut
            )
                yield return new(
                    Severity.Warning,
                    "text-cut",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{cut} of {cells.Length} texts have more than {feature.TextBytes} bytes; the prompt has their beginning and their end"
                    ),
                    "Raise the template's textBytes if the model's context has room.",
                    rows.First(r => TextCut.IsNeeded(table[feature.Name].Cells[r], feature.TextBytes)) + 1,
                    feature.Name
                );
        }
    }

    static Problem? Loss(PromptFeature feature, CategoryCodes codes, string[] cells)
    {
        string[] other = [.. cells.Where(c => codes.Letter(c) == CategoryCodes.Other)];
        if (feature.Kind != ColumnKind.Text && other.Length < MostOther * cells.Length)
            return null;
        var different = cells.Distinct(StringComparer.Ordinal).Count();
        var lost = other.Distinct(StringComparer.Ordinal).Count();
        var what =
            lost == 0
                ? $"the text is written as a code, one character for each of {different} texts; a text that is not among them is written as '*'"
                : $"{lost} of {different} texts are written as '{CategoryCodes.Other}'; their words do not reach the prompt";
        return new(
            Severity.Warning,
            Code,
            what,
            $"Write it out (option --write-out '{feature.Name}', or “Write it out” beside the prompt).",
            Column: feature.Name
        );
    }
}
