using System.IO.Compression;
using LiftLab.Engine;
using LiftLab.Web.Live.Predictions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace LiftLab.Web.Pages.Predict;

/// <summary>Tables with predictions, and exported models as ZIP files.</summary>
static class PredictDownloads
{
    const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void MapPredictDownloads(this IEndpointRouteBuilder app)
    {
        app.MapGet(
                "/runs/{id}/predictions/{job}.csv",
                (string id, string job, LabPredictions predictions) => Table(predictions.Find(id, job), j => j.CsvFile, "csv", "text/csv")
            )
            .ExcludeFromDescription();
        app.MapGet(
                "/runs/{id}/predictions/{job}.xlsx",
                (string id, string job, LabPredictions predictions) => Table(predictions.Find(id, job), j => j.WorkbookFile, "xlsx", Xlsx)
            )
            .ExcludeFromDescription();
        app.MapGet("/runs/{id}/adapter.zip", (string id, HttpContext context, LabExports exports) => ZipAsync(id, false, context, exports))
            .ExcludeFromDescription();
        app.MapGet("/runs/{id}/merged.zip", (string id, HttpContext context, LabExports exports) => ZipAsync(id, true, context, exports))
            .ExcludeFromDescription();
        app.MapGet(
                "/api/runs/{id}/export.zip",
                (string id, bool? merged, HttpContext context, LabExports exports) => ZipAsync(id, merged == true, context, exports)
            )
            .WithTags("Predictions")
            .WithSummary("The run's fine-tuned model as a ZIP file: its adapter in PEFT layout or, with merged=true, a whole model.");
    }

    static Results<PhysicalFileHttpResult, NotFound> Table(
        PredictionJob? job,
        Func<PredictionJob, string> file,
        string kind,
        string type
    ) =>
        job is { Answered: not null } && File.Exists(file(job))
            ? TypedResults.PhysicalFile(
                file(job),
                type,
                $"{Path.GetFileNameWithoutExtension(job.Request.FileName ?? job.Run)}-predictions.{kind}"
            )
            : TypedResults.NotFound();

    /// <summary>Weights do not compress: the files are stored as they are and sent while they are read.</summary>
    static async Task ZipAsync(string id, bool merged, HttpContext context, LabExports exports)
    {
        string folder;
        try
        {
            folder = await exports.ExportAsync(id, merged, context.RequestAborted);
        }
        catch (Exception e) when (e is IExplained or KeyNotFoundException)
        {
            var status = e is KeyNotFoundException ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict;
            await TypedResults.Problem(e.Message, statusCode: status).ExecuteAsync(context);
            return;
        }
        context.Response.ContentType = "application/zip";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}-{(merged ? "merged" : "adapter")}.zip\"";
        await using var zip = await ZipArchive.CreateAsync(
            context.Response.BodyWriter.AsStream(),
            ZipArchiveMode.Create,
            leaveOpen: true,
            null,
            context.RequestAborted
        );
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var entry = zip.CreateEntry(Path.GetRelativePath(folder, file).Replace('\\', '/'), CompressionLevel.NoCompression);
            await using var into = await entry.OpenAsync(context.RequestAborted);
            await using var from = File.OpenRead(file);
            await from.CopyToAsync(into, context.RequestAborted);
        }
    }
}
