using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Api;

/// <summary>The lab itself, for scripts.</summary>
static class LabApi
{
    public static void MapLabApi(this IEndpointRouteBuilder app) =>
        app.MapGet(
                "/api/lab",
                (LabFolder lab, LabDatabase database, ILabLead lead) =>
                    new
                    {
                        Database = database.Place,
                        Shared = lab.IsShared,
                        Leads = lead.Term is { Holds: true },
                    }
            )
            .AddEndpointFilter<ApiFaults>()
            .WithTags("Lab")
            .WithSummary("Where the database is, whether several dashboards share the lab, and whether this one drives its queue.");
}
