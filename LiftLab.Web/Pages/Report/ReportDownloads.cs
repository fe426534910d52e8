using System.Text;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiftLab.Web.Pages.Report;

/// <summary>Downloads of a run's results: an HTML document, a workbook, a CSV of all scores.</summary>
static class ReportDownloads
{
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void MapReportDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/runs/{id}/report.html",
                (
                    string id,
                    bool? show,
                    LabRuns runs,
                    DocumentWriter writer,
                    TimeProvider time,
                    HttpContext http,
                    CancellationToken cancel
                ) =>
                    Found(async () =>
                    {
                        var found = await runs.FindingsAsync(id, cancel);
                        var story = await Task.Run(() => RunStory.Read(found.Run.Folder, found.Run.Spec.Learner.Name), cancel);
                        return Document(
                            http,
                            await writer.WriteAsync<RunDocument>(
                                new Dictionary<string, object?>
                                {
                                    [nameof(RunDocument.Found)] = found,
                                    [nameof(RunDocument.Story)] = story,
                                    [nameof(RunDocument.Now)] = time.GetUtcNow(),
                                }
                            ),
                            $"{id}-report.html",
                            show == true
                        );
                    })
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/runs/{id}/results.xlsx",
                (string id, LabRuns runs, CancellationToken cancel) =>
                    Found(async () =>
                    {
                        var found = await runs.FindingsAsync(id, cancel);
                        var workbook = new MemoryStream();
                        await ResultsWorkbook.WriteAsync(workbook, found, cancel);
                        return TypedResults.File(workbook.ToArray(), Xlsx, $"{id}-results.xlsx");
                    })
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/runs/{id}/scores.csv",
                (string id, LabRuns runs, CancellationToken cancel) =>
                    Found(async () => Csv(ResultsWorkbook.Scores(await runs.FindingsAsync(id, cancel)), $"{id}-scores.csv"))
            )
            .ExcludeFromDescription();
    }

    /// <summary>An HTML document whose Content-Security-Policy forbids it to load or run anything.</summary>
    /// <param name="show">True to show it in the browser, false to download it.</param>
    public static FileContentHttpResult Document(HttpContext http, byte[] html, string name, bool show)
    {
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
        return TypedResults.File(html, "text/html; charset=utf-8", show ? null : name);
    }

    public static FileContentHttpResult Csv(Table table, string name)
    {
        using var text = new StringWriter();
        TableWriter.WriteCsv(table, text);
        return TypedResults.File(Encoding.UTF8.GetBytes(text.ToString()), "text/csv; charset=utf-8", name);
    }

    public static async Task<Results<FileContentHttpResult, NotFound>> Found(Func<Task<FileContentHttpResult>> make)
    {
        try
        {
            return await make();
        }
        catch (KeyNotFoundException)
        {
            return TypedResults.NotFound();
        }
    }
}
