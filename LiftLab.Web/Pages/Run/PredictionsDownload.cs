using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.Http.HttpResults;
using MiniExcelLibs;

namespace LiftLab.Web.Pages.Run;

/// <summary>
/// A run's predictions as a workbook: the rows of its CSV, with numbers as numbers. Text that looks like a formula is stored as text.
/// </summary>
static class PredictionsDownload
{
    const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void MapPredictionsDownload(this IEndpointRouteBuilder app) =>
        app.MapGet(
                "/runs/{id}/predictions.xlsx",
                async Task<Results<FileStreamHttpResult, NotFound>> (string id, LabRuns runs, CancellationToken cancel) =>
                {
                    if (!runs.Has(id) || await runs.Folder(id).ReadPredictionsAsync(cancel) is not { } table)
                        return TypedResults.NotFound();
                    var workbook = new MemoryStream();
                    await workbook.SaveAsAsync(TableWriter.SheetRows(table), sheetName: "predictions", cancellationToken: cancel);
                    workbook.Position = 0;
                    return TypedResults.Stream(workbook, Xlsx, $"{id}-predictions.xlsx");
                }
            )
            .ExcludeFromDescription();
}
