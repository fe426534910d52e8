using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Postgres;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Storage;

/// <summary>Registers the lab's database, SQLite in the lab's folder or the PostgreSQL database of the settings, and its lead.</summary>
static class LabDatabaseChoice
{
    public static void AddLabDatabase(this IServiceCollection services)
    {
        services.AddSingleton<LabDatabase>(provider =>
            provider.GetRequiredService<LabFolder>().IsShared
                ? ActivatorUtilities.CreateInstance<PostgresDatabase>(provider)
                : ActivatorUtilities.CreateInstance<SqliteDatabase>(provider)
        );
        services.AddSingleton<OpenDashboards>();
        services.AddSingleton<LabBinding>();
        services.AddSingleton<ILabLead>(provider =>
            provider.GetRequiredService<LabDatabase>() is PostgresDatabase shared
                ? ActivatorUtilities.CreateInstance<PostgresLead>(provider, shared)
                : ActivatorUtilities.CreateInstance<SoleLead>(provider)
        );
    }
}
