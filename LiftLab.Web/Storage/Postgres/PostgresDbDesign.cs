using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LiftLab.Web.Storage.Postgres;

/// <summary>
/// The context for <c>dotnet ef migrations add NAME --context PostgresDb --output-dir Storage/Postgres/Migrations</c>. No server is asked.
/// </summary>
sealed class PostgresDbDesign : IDesignTimeDbContextFactory<PostgresDb>
{
    public PostgresDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresDb>().UseNpgsql("Host=none;Database=none").Options);
}
