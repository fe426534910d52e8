using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Hosting;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Api;

/// <summary>Datasets for scripts and notebooks.</summary>
static class DatasetApi
{
    /// <param name="Source">Where the file was downloaded from; null for an upload.</param>
    public sealed record DatasetView(DatasetRow Dataset, TableFormat Format, IReadOnlyList<Problem> Problems, TableSource? Source = null);

    public sealed record Confirmation(string Name, Schema Schema);

    public static void MapDatasetApi(this IEndpointRouteBuilder app)
    {
        var datasets = app.MapGroup("/api/datasets").WithTags("Datasets").AddEndpointFilter<ApiFaults>();
        datasets
            .MapGet(
                "",
                (Datasets store, int? skip, int? take, string? search, CancellationToken cancel) =>
                    store.ListAsync(skip ?? 0, Math.Clamp(take ?? 50, 1, 500), search, cancel)
            )
            .WithSummary("Lists datasets, newest first.");
        datasets
            .MapPost(
                "",
                async (
                    string name,
                    [FromQuery] Guid? stepsOf,
                    [FromQuery] int[]? without,
                    HttpRequest request,
                    Datasets store,
                    IOptions<LabOptions> options,
                    CancellationToken cancel
                ) =>
                {
                    if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                        size.MaxRequestBodySize = options.Value.MaxUploadBytes + 1;
                    var words = Words(request, "name", "stepsOf", "without");
                    if (stepsOf is null && without is { Length: > 0 })
                        throw new ArgumentException("'without' leaves out steps of the dataset that 'stepsOf' names");
                    var dataset = stepsOf is { } like
                        ? await store.AddLikeAsync(request.Body, name, words, like, without ?? [], cancel)
                        : await store.AddAsync(request.Body, name, words, cancel);
                    return TypedResults.Created($"/api/datasets/{dataset.Row.Id}", View(dataset));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary(
                "Stores the request's body, a CSV, TSV, XLSX, XLS, ODS, Parquet, ARFF or JSON Lines file, and guesses its schema. "
                    + $"Options of reading have the names of the command line: {string.Join(", ", ReadingWords.OfFile)}, "
                    + $"and after confirmation of the guess {string.Join(", ", ReadingWords.OfColumns)}. "
                    + "stepsOf=ID does the steps of another dataset on the table; without=3 leaves out step 3."
            );
        datasets
            .MapPost(
                "/samples/{name}",
                async (string name, Datasets store, CancellationToken cancel) => View(await store.AddSampleAsync(name, cancel))
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Adds a bundled table as a dataset.");
        datasets
            .MapGet("/{id:guid}", async (Guid id, Datasets store, CancellationToken cancel) => View(await store.OpenAsync(id, cancel)))
            .WithSummary("A dataset with its schema and the profile of its table.");
        datasets
            .MapPut(
                "/{id:guid}",
                async (Guid id, Confirmation confirmed, Datasets store, CancellationToken cancel) =>
                    View(await store.ConfirmAsync(id, confirmed.Name, confirmed.Schema, cancel))
            )
            .WithSummary("Confirms name and schema.");
        datasets
            .MapPut(
                "/{id:guid}/reading",
                async (Guid id, HttpRequest request, Datasets store, CancellationToken cancel) =>
                    View(await store.ReadAgainAsync(id, Words(request), cancel))
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary(
                "Reads the file again with the options of the query, by the names of the command line; what is not given is guessed. "
                    + $"Names: {string.Join(", ", ReadingWords.OfFile.Concat(ReadingWords.OfColumns))}."
            );
        datasets
            .MapDelete(
                "/{id:guid}",
                async (Guid id, HttpResponse response, Datasets store, CancellationToken cancel) =>
                {
                    RunApi.Freed(response, await store.DeleteAsync(id, cancel));
                    return TypedResults.NoContent();
                }
            )
            .WithSummary("Deletes the dataset; runs keep their copies.")
            .WithDescription("The header LiftLab-Freed-Bytes says how many bytes its files had.");
    }

    /// <summary>The options of reading in the query.</summary>
    /// <exception cref="ArgumentException">The query has another name.</exception>
    static ReadingWords Words(HttpRequest request, params string[] others)
    {
        string[] known = [.. ReadingWords.OfFile, .. ReadingWords.OfColumns];
        if (request.Query.Keys.FirstOrDefault(k => !known.Contains(k) && !others.Contains(k)) is { } unknown)
            throw new ArgumentException($"'{unknown}' is no option of reading; there are {string.Join(", ", known)}");
        return new(name => [.. request.Query[name].OfType<string>()]);
    }

    internal static DatasetView View(Dataset dataset) => new(dataset.Row, dataset.Format, dataset.Problems, dataset.Source);
}
