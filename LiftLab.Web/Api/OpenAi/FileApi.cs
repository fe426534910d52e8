using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live.Serving;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LiftLab.Web.Api.OpenAi;

/// <summary><c>/v1/files</c>: training files, and the curves of finished jobs.</summary>
static class FileApi
{
    const string FineTune = "fine-tune",
        Results = "fine-tune-results";

    /// <summary>Bytes of the body beside the file.</summary>
    const long FormBytes = 1 << 20;

    /// <summary>Maximum items of a page where a client names no limit, as at OpenAI.</summary>
    const int Usual = 10_000;

    public static void MapFiles(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/files", UploadAsync);
        v1.MapGet("/files", ListAsync);
        v1.MapGet("/files/{id}", async (string id, Sources from, CancellationToken cancel) => Json(await from.FindAsync(id, cancel)));
        v1.MapGet("/files/{id}/content", ContentAsync);
        v1.MapDelete(
            "/files/{id}",
            (string id, ServedFiles files) =>
            {
                files.Delete(id);
                return new JsonObject
                {
                    ["id"] = id,
                    ["object"] = "file",
                    ["deleted"] = true,
                };
            }
        );
    }

    /// <summary>Uploaded files, and those that jobs have made.</summary>
    public sealed class Sources(ServedFiles files, ServedJobs jobs)
    {
        public ServedFiles Files => files;

        public async Task<ServedFile> FindAsync(string id, CancellationToken cancel) =>
            await ResultAsync(id, cancel) is { } job ? Card(job, Curve(job)) : files.Find(id);

        public async Task<IReadOnlyList<ServedFile>> ListAsync(CancellationToken cancel)
        {
            var made = new List<ServedFile>();
            foreach (var (job, row) in await jobs.StatesAsync(cancel))
                if (row.State == RunState.Succeeded)
                    made.Add(Card(job, Curve(job)));
            return [.. files.List().Concat(made).OrderByDescending(f => f.Created)];
        }

        /// <summary>The job whose curve is in the file; null for an uploaded file.</summary>
        public async Task<ServedJob?> ResultAsync(string id, CancellationToken cancel) =>
            jobs.List().FirstOrDefault(j => j.ResultFile == id) is { } job
            && await jobs.StateAsync(job, cancel) is { Row.State: RunState.Succeeded }
                ? job
                : null;

        /// <summary>The columns that readers of OpenAI's files know.</summary>
        public string Curve(ServedJob job)
        {
            var text = new StringBuilder("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n");
            foreach (var step in JobHistory.Of(job, jobs.Folder(job)).Steps)
                text.Append(CultureInfo.InvariantCulture, $"{step.Step},{step.TrainLoss:R},,{step.ValidLoss:R},\n");
            return text.ToString();
        }

        static ServedFile Card(ServedJob job, string curve) => new(job.ResultFile, "step_metrics.csv", Results, curve.Length, job.Created);
    }

    static async Task UploadAsync(HttpContext context, ServedFiles files, IOptions<ServingOptions> options)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.Value.MaxFileBytes + FormBytes;
        var cancel = context.RequestAborted;
        if (
            !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary
        )
            throw ServingException.Wrong("Upload a file as multipart/form-data, with the fields 'purpose' and 'file'.", "file");
        var reader = new MultipartReader(boundary.ToString(), context.Request.Body);
        string? purpose = null;
        ServedFile? stored = null;
        while (await reader.ReadNextSectionAsync(cancel) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var field))
                continue;
            switch (HeaderUtilities.RemoveQuotes(field.Name).ToString())
            {
                case "purpose":
                    purpose = (await new StreamReader(section.Body).ReadToEndAsync(cancel)).Trim();
                    break;
                case "file":
                    var name = HeaderUtilities.RemoveQuotes(field.FileNameStar.HasValue ? field.FileNameStar : field.FileName).ToString();
                    stored = await files.AddAsync(
                        name.Length is > 0 and <= 255 ? name : "file.jsonl",
                        FineTune,
                        section.Body,
                        Idempotency.KeyOf(context.Request),
                        cancel
                    );
                    break;
            }
        }
        if (stored is null)
            throw ServingException.Wrong("Missing required parameter: 'file'.", "file", "missing_required_parameter");
        if (purpose != FineTune)
        {
            files.Delete(stored.Id);
            throw purpose is null
                ? ServingException.Wrong("Missing required parameter: 'purpose'.", "purpose", "missing_required_parameter")
                : ServingException.Wrong($"'{purpose}' is not one of ['{FineTune}'] - 'purpose'", "purpose", "invalid_value");
        }
        await context.Response.WriteAsJsonAsync(Json(stored), cancel);
    }

    static async Task<JsonObject> ListAsync(HttpRequest request, Sources from, CancellationToken cancel)
    {
        var all = await from.ListAsync(cancel);
        if (request.Query["purpose"].ToString() is { Length: > 0 } purpose)
            all = [.. all.Where(f => f.Purpose == purpose)];
        if (request.Query["order"] == "asc")
            all = [.. all.Reverse()];
        return ListPage.Of(request, all, f => f.Id, Json, Usual);
    }

    static async Task ContentAsync(string id, HttpContext context, Sources from)
    {
        var cancel = context.RequestAborted;
        if (await from.ResultAsync(id, cancel) is { } job)
        {
            context.Response.ContentType = "text/csv; charset=utf-8";
            await context.Response.WriteAsync(from.Curve(job), cancel);
            return;
        }
        context.Response.ContentType = "application/octet-stream";
        await context.Response.SendFileAsync(from.Files.PathOf(id), cancel);
    }

    static JsonObject Json(ServedFile file) =>
        new()
        {
            ["id"] = file.Id,
            ["object"] = "file",
            ["bytes"] = file.Bytes,
            ["created_at"] = file.Created.ToUnixTimeSeconds(),
            ["expires_at"] = null,
            ["filename"] = file.Name,
            ["purpose"] = file.Purpose,
            ["status"] = "processed",
            ["status_details"] = null,
        };
}
