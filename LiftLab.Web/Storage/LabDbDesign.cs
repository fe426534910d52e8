using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LiftLab.Web.Storage;

/// <summary>The index for <c>dotnet ef migrations add</c>, which needs no lab.</summary>
sealed class LabDbDesign : IDesignTimeDbContextFactory<LabDb>
{
    public LabDb CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<LabDb>().UseSqlite("Data Source=:memory:").Options);
}
