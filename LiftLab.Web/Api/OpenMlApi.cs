using LiftLab.Engine.OpenMl;
using LiftLab.Web.Hosting;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Web.Api;

/// <summary>Tables of OpenML for scripts and notebooks.</summary>
static class OpenMlApi
{
    public static void MapOpenMlApi(this IEndpointRouteBuilder app)
    {
        var openMl = app.MapGroup("/api/openml").WithTags("Datasets").AddEndpointFilter<ApiFaults>();
        openMl
            .MapGet(
                "/{name}",
                (string name, OpenMlDatasets store, CancellationToken cancel) => store.FindAsync(OpenMlName.Parse(name), cancel)
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Describes a dataset of OpenML, by id (61), name (iris) or name and version (iris@1).");
        openMl
            .MapGet("/{name}/versions", (string name, OpenMlDatasets store, CancellationToken cancel) => store.VersionsAsync(name, cancel))
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Lists the versions that a name has on OpenML, deactivated ones too.");
        openMl
            .MapPost(
                "/{name}",
                async (string name, OpenMlFormat? format, OpenMlDatasets store, CancellationToken cancel) =>
                {
                    var wanted = OpenMlName.Parse(name);
                    var described = await store.FindAsync(wanted, cancel);
                    var dataset = await store.AddAsync(described, format ?? wanted.Format, null, cancel);
                    return TypedResults.Created($"/api/datasets/{dataset.Row.Id}", DatasetApi.View(dataset));
                }
            )
            .RequireRateLimiting(LabAccess.WorkLimit)
            .WithSummary("Downloads a dataset of OpenML and adds it, with its source, licence and checksum. Formats: original, parquet.");
    }
}
