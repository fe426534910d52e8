using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LiftLab.Web.Storage;

/// <summary>
/// The tables of the lab's database: what lists need, and the queue of runs. The folders are the truth; the tables can be rebuilt from
/// them. Opened by <see cref="LabDatabase"/> only. This is the model on SQLite; another engine has a context derived from it, with
/// migrations of its own.
/// </summary>
public class LabDb : DbContext
{
    /// <summary>The function of <see cref="SqliteDatabase"/>'s connections that folds case beyond ASCII.</summary>
    internal const string FoldFunction = "liftlab_fold";

    public LabDb(DbContextOptions<LabDb> options)
        : base(options) { }

    protected LabDb(DbContextOptions options)
        : base(options) { }

    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();
    public DbSet<RunRow> Runs => Set<RunRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcTime>();

    /// <summary>A text without the difference of upper and lower case, for searches. In queries only.</summary>
    public static string Folded(string text) => throw new NotSupportedException("This is a function of the database.");

    /// <summary>A text as the database can store and compare it. SQLite compares only what comes before the character 0.</summary>
    public virtual string Storable(string text) => text.Replace('\0', '\uFFFD');

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDbFunction(typeof(LabDb).GetMethod(nameof(Folded))!).HasTranslation(a => Call(FoldFunction, a[0]));
        var run = modelBuilder.Entity<RunRow>();
        run.Property(r => r.State).HasConversion<string>().HasMaxLength(16);
        run.Property(r => r.Task).HasConversion<string>().HasMaxLength(16);
        run.HasIndex(r => new { r.State, r.Position });
        run.HasIndex(r => r.CreatedUtc);
        run.HasIndex(r => r.DatasetId);
        run.HasIndex(r => new { r.StartedBy, r.CreatedUtc });
        var dataset = modelBuilder.Entity<DatasetRow>();
        dataset.HasIndex(d => d.CreatedUtc);
        dataset
            .Property(d => d.Reading)
            .HasConversion(
                r => JsonSerializer.Serialize(r, RunJson.Line),
                text => JsonSerializer.Deserialize<TableReadOptions>(text, RunJson.Line)
            );
        dataset
            .Property(d => d.History)
            .HasConversion(
                h => JsonSerializer.Serialize(h, RunJson.Line),
                text => JsonSerializer.Deserialize<TableHistory>(text, RunJson.Line)
            );
        dataset.Property(d => d.Schema).HasConversion(s => JsonSerializer.Serialize(s, RunJson.Line), text => SchemaOf(text));
    }

    protected static SqlExpression Call(string function, SqlExpression text) =>
        new SqlFunctionExpression(function, [text], nullable: true, [true], typeof(string), text.TypeMapping);

    /// <summary>Without columns where it cannot be read, so that one entry does not make the whole list unreadable.</summary>
    static Schema SchemaOf(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Schema>(text, RunJson.Line) ?? NoSchema;
        }
        catch (JsonException)
        {
            return NoSchema;
        }
    }

    static Schema NoSchema { get; } = new([], TaskKind.Classification);

    /// <summary>SQLite returns times without a zone, which JSON then writes without the Z. All times here are UTC.</summary>
    sealed class UtcTime()
        : ValueConverter<DateTime, DateTime>(time => time.ToUniversalTime(), time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
