using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using LiftLab.Engine.Runs;
using MiniExcelLibs;

namespace LiftLab.Tests.Web;

[Trait(Speed.Trait, Speed.Slow)]
public sealed partial class ReportTests
{
    [Fact]
    public async Task What_was_found_is_taken_away_as_document_workbook_and_CSV()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var first = await lab.QueueAsync(new("knn"), [new("majority"), new("tree"), new("gp")]);
        var second = await lab.QueueAsync(new("knn"), [new("majority"), new("tree")]);
        await lab.UntilAsync(first, RunState.Succeeded);
        await lab.UntilAsync(second, RunState.Succeeded);

        var html = await http.GetStringAsync($"/runs/{first.Id}/report.html");
        AssertAlone(html);
        Assert.Contains("Decision tree", html, StringComparison.Ordinal);
        Assert.Contains("failed: Gaussian process does not learn classes", html, StringComparison.Ordinal);
        Assert.Contains("76 training, 20 validation and 24 test rows", html, StringComparison.Ordinal);
        Assert.Contains("LiftLab 1.", html, StringComparison.Ordinal);
        Assert.True(Regex.Count(html, "<svg") >= 6, "a figure of scores, a confusion matrix and a reliability diagram for each learner");

        using var book = new MemoryStream(await http.GetByteArrayAsync($"/runs/{first.Id}/results.xlsx"));
        Assert.Equal(["scores", "comparisons", "classes", "confusion", "chosen", "rows"], MiniExcel.GetSheetNames(book));
        var accuracy = MiniExcel
            .Query(book, useHeaderRow: true, sheetName: "scores")
            .Cast<IDictionary<string, object?>>()
            .First(r => (string?)r["learner"] == "knn" && (string?)r["metric"] == "accuracy");
        Assert.Equal(1.0, Convert.ToDouble(accuracy["value"], CultureInfo.InvariantCulture));
        Assert.Equal(24, MiniExcel.Query(book, useHeaderRow: true, sheetName: "rows").Count());
        Assert.StartsWith(
            "learner,title,metric,value,low_95,high_95,rows,unreadable",
            await http.GetStringAsync($"/runs/{first.Id}/scores.csv"),
            StringComparison.Ordinal
        );

        var both = $"runs={first.Id},{second.Id}";
        var comparison = await http.GetStringAsync($"/compare/report.html?{both}");
        AssertAlone(comparison);
        Assert.Contains("Comparison of 2 runs", comparison, StringComparison.Ordinal);
        using var compared = new MemoryStream(await http.GetByteArrayAsync($"/compare/scores.xlsx?{both}"));
        Assert.Contains("means", MiniExcel.GetSheetNames(compared));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/compare/report.html?runs=none")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/runs/none/report.html")).StatusCode);
    }

    /// <summary>One file: no address but the namespace of SVG, no script, nothing imported.</summary>
    static void AssertAlone(string html)
    {
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        Assert.Equal(["http://www.w3.org/2000/svg"], Address().Matches(html).Select(m => m.Value).Distinct());
        Assert.DoesNotMatch("<script|<link|@import|<iframe|<img", html);
        Assert.All(
            Regex.Matches(html, "(?:src|href)=\"([^\"]*)\"").Select(m => m.Groups[1].Value),
            v => Assert.StartsWith("data:", v, StringComparison.Ordinal)
        );
    }

    [GeneratedRegex(@"https?://[^""'\s<)]+")]
    private static partial Regex Address();
}
