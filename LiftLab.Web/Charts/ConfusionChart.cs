using System.Globalization;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;

namespace LiftLab.Web.Charts;

/// <summary>
/// How often each true class was answered as each class; a last column counts the unreadable answers, where there are any.
/// </summary>
public static class ConfusionChart
{
    /// <param name="truths">Class indices, one a test row.</param>
    /// <param name="answers">Class indices, −1 for unreadable.</param>
    public static Picture Draw(IReadOnlyList<string> labels, IReadOnlyList<int> truths, IReadOnlyList<int> answers, ChartTheme theme)
    {
        var unreadable = answers.Any(a => a < 0);
        var (height, width) = (labels.Count, labels.Count + (unreadable ? 1 : 0));
        var counts = new int[height, width];
        for (var i = 0; i < truths.Count; i++)
            counts[truths[i], answers[i] < 0 ? labels.Count : answers[i]]++;
        string[] columns = [.. labels.Select(Frame.Text), .. unreadable ? ["unreadable"] : Array.Empty<string>()];
        int[] totals = [.. Enumerable.Range(0, height).Select(r => Enumerable.Range(0, width).Sum(c => counts[r, c]))];

        var layout = Frame.Of(theme, "answer", "truth");
        layout.Margin.T = 10;
        layout.XAxis[0].Type = Plotly.Blazor.LayoutLib.XAxisLib.TypeEnum.Category;
        layout.YAxis[0].Type = Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Category;
        layout.YAxis[0].AutoRange = Plotly.Blazor.LayoutLib.YAxisLib.AutoRangeEnum.Reversed;
        layout.XAxis[0].ShowGrid = layout.YAxis[0].ShowGrid = false;
        // A mark's share of its true class is its colour; its count is written on it, in an ink that the colour bears.
        double Share(int r, int c) => totals[r] == 0 ? 0 : (double)counts[r, c] / totals[r];
        layout.Annotations =
            labels.Count > 20
                ? []
                :
                [
                    .. from r in Enumerable.Range(0, height)
                    from c in Enumerable.Range(0, width)
                    where counts[r, c] > 0
                    select new Annotation
                    {
                        X = columns[c],
                        Y = Frame.Text(labels[r]),
                        Text = counts[r, c].ToString(CultureInfo.InvariantCulture),
                        ShowArrow = false,
                        Font = new() { Size = labels.Count > 10 ? 11 : 14, Color = Share(r, c) > .55 ? theme.Paper : theme.Ink },
                    },
                ];
        var map = new HeatMap
        {
            X = [.. columns],
            Y = [.. labels.Select(l => (object)Frame.Text(l))],
            Z = [.. Enumerable.Range(0, height).Select(r => (object)Enumerable.Range(0, width).Select(c => Share(r, c)).ToArray())],
            Text = [.. Enumerable.Range(0, height).Select(r => (object)Enumerable.Range(0, width).Select(c => counts[r, c]).ToArray())],
            ZMin = 0,
            ZMax = 1,
            ShowScale = false,
            XGap = 2,
            YGap = 2,
            ColorScale = new object[]
            {
                new object[] { 0, ClassPalette.Mix(theme.Paper, theme.Grid, .6) },
                new object[] { 1, theme.Accent },
            },
            HoverTemplate = "truth %{y}, answered %{x}: %{text} rows, %{z:.0%} of this class<extra></extra>",
        };
        var behind = new DataTable(
            ["truth", .. columns],
            height,
            r => [labels[r], .. Enumerable.Range(0, width).Select(c => counts[r, c].ToString(CultureInfo.InvariantCulture))]
        );
        var right = Enumerable.Range(0, height).Sum(k => counts[k, k]);
        return new(
            [map],
            layout,
            behind,
            string.Create(CultureInfo.InvariantCulture, $"Confusion matrix: {right} of {truths.Count} test rows on the diagonal")
        );
    }
}
