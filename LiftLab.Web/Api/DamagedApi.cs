using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Api;

/// <summary>Folders of the lab that cannot be read.</summary>
static class DamagedApi
{
    public static void MapDamagedApi(this IEndpointRouteBuilder app)
    {
        var damaged = app.MapGroup("/api/damaged").WithTags("Damaged folders").AddEndpointFilter<ApiFaults>();
        damaged
            .MapGet("", (LabIndex index) => index.Damaged)
            .WithSummary("Folders of runs and datasets that cannot be read, with the reason.");
        damaged
            .MapDelete(
                "/{content}/{name}",
                async (string content, string name, LabIndex index, CancellationToken cancel) =>
                {
                    await index.DeleteDamagedAsync(ApiWords.Of<FolderContent>(content), name, cancel);
                    return TypedResults.NoContent();
                }
            )
            .RequireAuthorization(nameof(Role.Administer))
            .WithSummary("Deletes a damaged folder.");
    }
}
