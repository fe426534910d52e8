using System.Text.Json;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Charts;

/// <summary>A figure as data for other programs.</summary>
static class FigureFile
{
    /// <summary>The figure's table as CSV.</summary>
    public static string Csv(Figure figure)
    {
        var table = figure.Table;
        var rows = table.Rows.ToArray();
        using var text = new StringWriter();
        TableWriter.WriteCsv(
            new Table(figure.Title, [.. Names(table.Headings).Select((name, i) => new Column(name, [.. rows.Select(r => r[i])]))]),
            text
        );
        return text.ToString();
    }

    /// <summary>Axes, series, caption and table as JSON.</summary>
    public static string Json(Figure figure) => JsonSerializer.Serialize(figure, RunJson.Pretty);

    /// <summary>The headings with a number after a repeated one: a table has no two columns of one name.</summary>
    static List<string> Names(IReadOnlyList<string> headings)
    {
        var names = new List<string>();
        foreach (var heading in headings)
        {
            var name = heading;
            for (var n = 2; names.Contains(name); n++)
                name = FormattableString.Invariant($"{heading} {n}");
            names.Add(name);
        }
        return names;
    }
}
