using System.Text;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Web.Hosting;
using LiftLab.Web.Live.Predictions;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Api;

/// <summary>Predictions of finished runs for scripts and notebooks, through the same <see cref="LabPredictions"/> as the pages.</summary>
static class PredictApi
{
    /// <summary>The header with what the table differs in, as a JSON list; cut to whole entries where it is long.</summary>
    public const string ProblemsHeader = "LiftLab-Problems";

    const int MostRows = 1_000,
        LargestRequest = 4 << 20,
        LongestHeader = 6 << 10;

    /// <param name="Learners">By name; null for all of the run.</param>
    /// <param name="Confirmed">The amount in US dollars, where the answers cost more than the lab's threshold.</param>
    public sealed record RowsRequest(
        IReadOnlyList<Dictionary<string, string>> Rows,
        IReadOnlyList<string>? Learners = null,
        bool Words = false,
        string? Confirmed = null
    );

    /// <param name="Learner">Null for the run's main learner.</param>
    public sealed record FlipsRequest(Dictionary<string, string> Row, string? Learner = null);

    public static void MapPredictApi(this IEndpointRouteBuilder app)
    {
        var runs = app.MapGroup("/api/runs/{id}/predict").WithTags("Predictions").AddEndpointFilter<ApiFaults>();
        runs.MapPost("", TableAsync)
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary(
                "Predicts for the rows of the request's body, a CSV, TSV, XLSX or XLS file, and streams them as CSV or JSON Lines."
            )
            .WithDescription(
                "`learner` is one of the run's, by name, several with commas, or `all`; default: the run's main learner. `format` is csv or "
                    + "jsonl. `sheet` chooses a workbook's sheet, `own=true` asks about the rows of the run's own table that have no target, "
                    + "without a body. `confirmed` is the amount in US dollars where the answers of a provider's model cost more than the "
                    + "lab's threshold. Numbers are read with the decimal mark of the run's table, or with the file's own where only that one "
                    + "reads them; LiftLab-Problems then says `decimal-mark-differs`; `decimalMark` (. or ,) decides it. Your own columns stay as they are. What the table differs in is in the header LiftLab-Problems. A "
                    + "response that breaks off means that the work failed: ask again."
            );
        runs.MapPost(
                "/rows",
                async (string id, RowsRequest request, LabPredictions predictions, CancellationToken cancel) =>
                    request.Rows.Count is > 0 and <= MostRows
                        ? await predictions.RowsAsync(id, request.Rows, request.Learners, request.Words, cancel, request.Confirmed)
                        : throw new ArgumentException($"give 1 to {MostRows} rows: longer tables go to /api/runs/{id}/predict as a file")
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
            .WithSummary("Predicts for rows that are given as cells by column, with every learner of the run.");
        runs.MapPost(
                "/flips",
                (string id, FlipsRequest request, LabPredictions predictions, CancellationToken cancel) =>
                    predictions.FlipsAsync(id, request.Row, request.Learner, cancel)
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithMetadata(new RequestSizeLimitAttribute(LargestRequest))
            .WithSummary("The nearest changes of single cells that change a learner's answer.");
    }

    static async Task TableAsync(
        string id,
        string? learner,
        string? format,
        string? sheet,
        bool? own,
        string? confirmed,
        string? decimalMark,
        HttpContext context,
        LabPredictions predictions,
        IOptions<LabOptions> options
    )
    {
        var cancel = context.RequestAborted;
        var lines = (format ?? "csv").ToLowerInvariant() switch
        {
            "csv" => false,
            "jsonl" => true,
            var other => throw new ArgumentException($"format: '{other}' is none of csv, jsonl"),
        };
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = options.Value.MaxUploadBytes + 1;
        char? mark = decimalMark switch
        {
            null => null,
            "." or "," => decimalMark[0],
            _ => throw new ArgumentException($"decimalMark: '{decimalMark}' is none of . and ,"),
        };
        string[]? learners =
            learner == "all" ? null
            : learner is null ? [predictions.MainLearner(id)]
            : learner.Split(',');
        var job = await predictions.StartAsync(
            id,
            own == true ? null : context.Request.Body,
            new(own == true ? null : "table", learners, sheet, mark, Csv: !lines, JsonLines: lines) { Confirmed = confirmed },
            cancel
        );
        try
        {
            using var leaving = cancel.Register(job.Cancel);
            await job.Begun;
            if (job.Failure is { } failure)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            context.Response.ContentType = lines ? "application/x-ndjson" : "text/csv; charset=utf-8";
            context.Response.Headers[ProblemsHeader] = Header(job);
            GrowingResponse.Announce(context.Response);
            await SendAsync(job, lines ? job.JsonLinesFile : job.CsvFile, context);
        }
        finally
        {
            await predictions.RemoveAsync(job);
        }
    }

    /// <summary>Sends the file while it grows. Where the work fails, the response breaks off.</summary>
    static async Task SendAsync(PredictionJob job, string file, HttpContext context)
    {
        var cancel = context.RequestAborted;
        await using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        while (true)
        {
            var last = job.IsOver;
            await from.CopyToAsync(context.Response.Body, cancel);
            if (last)
                break;
            await context.Response.Body.FlushAsync(cancel);
            await Task.WhenAny(job.Over, Task.Delay(TimeSpan.FromMilliseconds(100), cancel));
        }
        if (job.Answered is null)
            context.Abort();
    }

    static string Header(PredictionJob job)
    {
        var text = new StringBuilder("[");
        foreach (var one in job.Problems.Select(p => JsonSerializer.Serialize(p with { Remedies = [] }, RunJson.Line)))
        {
            if (text.Length + one.Length > LongestHeader)
                break;
            text.Append(text.Length > 1 ? "," : "").Append(one);
        }
        return text.Append(']').ToString();
    }
}
