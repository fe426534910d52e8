using Microsoft.EntityFrameworkCore.Design;

namespace LiftLab.Web.Storage.Database;

/// <summary>The context for <c>dotnet ef migrations add NAME --context LabDb --output-dir Storage/Migrations</c>.</summary>
sealed class LabDbDesign : IDesignTimeDbContextFactory<LabDb>
{
    public LabDb CreateDbContext(string[] args) => new(SqliteDatabase.OptionsFor("Data Source=:memory:"));
}
