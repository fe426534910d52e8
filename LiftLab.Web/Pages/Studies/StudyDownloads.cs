using System.Globalization;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Pages.Report;

namespace LiftLab.Web.Pages.Studies;

/// <summary>Downloads of a study: an HTML document, its specification, its figures, a CSV of all cells.</summary>
static class StudyDownloads
{
    public static void MapStudyDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/studies/{id}/report.html",
                (
                    string id,
                    bool? show,
                    LabStudies studies,
                    DocumentWriter writer,
                    TimeProvider time,
                    HttpContext http,
                    CancellationToken cancel
                ) =>
                    ReportDownloads.Found(async () =>
                    {
                        var reading = await StudyReading.OpenAsync(studies, id, cancel);
                        return ReportDownloads.Document(
                            http,
                            await writer.WriteAsync<StudyDocument>(
                                new Dictionary<string, object?>
                                {
                                    [nameof(StudyDocument.View)] = reading.View,
                                    [nameof(StudyDocument.Story)] = reading.Story,
                                    [nameof(StudyDocument.Now)] = time.GetUtcNow(),
                                }
                            ),
                            $"{id}-report.html",
                            show == true
                        );
                    })
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/studies/{id}/study.json",
                (string id, LabStudies studies) =>
                    ReportDownloads.Found(() => Task.FromResult(Json(StudyRecipe.Json(studies.Folder(id).ReadSpec()), "study.json")))
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/studies/{id}/figures.json",
                (string id, LabStudies studies, CancellationToken cancel) =>
                    ReportDownloads.Found(async () =>
                    {
                        var reading = await StudyReading.OpenAsync(studies, id, cancel);
                        return Json(JsonSerializer.Serialize(reading.View.Figures, RunJson.Pretty), $"{id}-figures.json");
                    })
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/studies/{id}/board.csv",
                (string id, LabStudies studies, CancellationToken cancel) =>
                    ReportDownloads.Found(async () =>
                        ReportDownloads.Csv(Board((await StudyReading.OpenAsync(studies, id, cancel)).View), $"{id}-board.csv")
                    )
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/studies/{id}/cells.csv",
                (string id, LabStudies studies, CancellationToken cancel) =>
                    ReportDownloads.Found(async () =>
                        ReportDownloads.Csv(Cells((await StudyReading.OpenAsync(studies, id, cancel)).View), $"{id}-cells.csv")
                    )
            )
            .ExcludeFromDescription();
    }

    static Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult Json(string text, string name) =>
        TypedResults.File(Encoding.UTF8.GetBytes(text), "application/json; charset=utf-8", name);

    /// <summary>One row per table, kind and learner.</summary>
    /// <exception cref="KeyNotFoundException">The question has no board.</exception>
    static Table Board(StudyView view)
    {
        var board = BoardTable.Of(view.Spec, view.Board ?? throw new KeyNotFoundException("This question has no board."), view.Title);
        return new("board", [.. board.Headings.Select((name, i) => new Column(name, [.. board.Rows.Select(r => r[i])]))]);
    }

    /// <summary>One row per cell of the plan.</summary>
    public static Table Cells(StudyView view)
    {
        string Text(double? value) => value is { } v && double.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : "";
        (string Name, Func<CellStatus, string> Of)[] columns =
        [
            ("table", c => c.Cell.Table),
            ("kind", c => c.Cell.Panel),
            ("learner", c => c.Cell.Series),
            ("level", c => Text(c.Cell.X)),
            ("seed", c => c.Cell.Seed.ToString(CultureInfo.InvariantCulture)),
            ("state", c => c.State.ToString().ToLowerInvariant()),
            ("score", c => Text(c.Value)),
            ("code", c => c.Code ?? ""),
            ("reason", c => c.Reason ?? ""),
        ];
        return new("cells", [.. columns.Select(column => new Column(column.Name, [.. view.Cells.Select(column.Of)]))]);
    }
}
