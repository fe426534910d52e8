using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace LiftLab.Web.Storage.Postgres;

/// <summary>The tables on PostgreSQL, with migrations of their own.</summary>
public sealed class PostgresDb(DbContextOptions<PostgresDb> options) : LabDb(options)
{
    /// <summary>Rules of upper and lower case that depend neither on the server's system nor on how the database was made.</summary>
    const string Letters = "und-x-icu";

    internal DbSet<LabMark> Marks => Set<LabMark>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<LabMark>().ToTable("Lab");
        modelBuilder
            .HasDbFunction(typeof(LabDb).GetMethod(nameof(Folded))!)
            .HasTranslation(a => Call("lower", new CollateExpression(a[0], Letters)));
        // The order of bytes, as SQLite has it: lists are in the same order on both.
        foreach (var text in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(p => p.ClrType == typeof(string)))
            text.SetCollation("C");
        foreach (var state in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()).Where(p => p.ClrType.IsEnum))
            state.SetCollation("C");
    }

    /// <summary>PostgreSQL stores neither the character 0 nor half a pair of surrogates.</summary>
    public override string Storable(string text) => IsStorable(text) ? text : string.Concat(text.EnumerateRunes()).Replace('\0', '\uFFFD');

    static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i]))))
                return false;
        return true;
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified))
        foreach (var property in entry.Properties)
            if (property.CurrentValue is string text && !IsStorable(text))
                property.CurrentValue = Storable(text);
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }
}

/// <summary>The one row that says to which lab's folder the database belongs.</summary>
sealed class LabMark
{
    public required Guid Id { get; init; }
}
