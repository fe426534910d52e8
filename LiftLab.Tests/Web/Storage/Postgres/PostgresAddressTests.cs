using LiftLab.Web.Storage.Postgres;
using Npgsql;

namespace LiftLab.Tests.Web.Storage.Postgres;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("Host=db;Database=liftlab;Username=lab;Password=secret", "db", 5432, "liftlab", "lab", "secret")]
    [InlineData("Server=db;Port=6000;Database=l;User ID=lab;Password=\"a;b\"", "db", 6000, "l", "lab", "a;b")]
    [InlineData(" host = db ; database = l ; pwd='it''s' ", "db", 5432, "l", null, "it's")]
    [InlineData("postgresql://lab:secret@db/liftlab", "db", 5432, "liftlab", "lab", "secret")]
    [InlineData(
        "postgres://lab:a%40b%3A%2F%23@db.example.org:6000/liftlab?sslmode=verify-full",
        "db.example.org",
        6000,
        "liftlab",
        "lab",
        "a@b:/#"
    )]
    [InlineData("postgresql://db/l?user=lab&password=secret&connect_timeout=3", "db", 5432, "l", "lab", "secret")]
    [InlineData("postgresql:///l?host=/run/postgresql", "/run/postgresql", 5432, "l", null, null)]
    [InlineData("postgresql://lab@[::1]:6000/l", "::1", 6000, "l", "lab", null)]
    public void What_people_write_is_read(string setting, string host, int port, string database, string? user, string? password)
    {
        Assert.Null(PostgresAddress.Trouble(setting));
        var address = PostgresAddress.Parse(setting);
        var read = new NpgsqlConnectionStringBuilder(address.Text);
        Assert.Equal((host, port, database, user, password), (read.Host, read.Port, read.Database, read.Username, read.Password));
        Assert.Equal($"'{database}' on the PostgreSQL server {host}:{port}", address.Place);
    }

    [Theory]
    [InlineData("liftlab", "cannot be read")]
    [InlineData("Host", "cannot be read")]
    [InlineData("Hots=db;Database=l;Password=sesame", "part 1")]
    [InlineData("Host=db;Database=l;Password=ses;ame=1", "part 4")]
    [InlineData("Host=db;Database=l;Port=sesame", "'port'")]
    [InlineData("Host=db;Database=l;Port=70000", "'port'")]
    [InlineData("Host=db;Database=l;SSL Mode=sesame", "'ssl mode'")]
    [InlineData("Database=l;Password=sesame", "names no server")]
    [InlineData("Host=db;Password=sesame", "names no database")]
    [InlineData("postgresql://db", "names no database")]
    [InlineData("postgresql://lab:ses@ame@db/l", "%40")]
    [InlineData("postgresql://lab:ses#ame@db/l", "%23")]
    [InlineData("postgresql://lab:ses/ame@db/l", "%2F")]
    [InlineData("mysql://lab:sesame@db/l", "postgresql://")]
    [InlineData("Data Source=lab/liftlab.db", "part 1")]
    public void What_cannot_be_used_is_named_without_its_values(string setting, string words)
    {
        var trouble = PostgresAddress.Trouble(setting);
        Assert.Contains("LiftLab:Database", trouble, StringComparison.Ordinal);
        Assert.Contains(words, trouble, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sesame", trouble, StringComparison.Ordinal);
        Assert.DoesNotContain("ame", trouble!.Replace("name", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_lived_connection_is_outside_the_pool_and_keeps_the_rest()
    {
        var one = new NpgsqlConnectionStringBuilder(
            PostgresAddress.Parse("Host=db;Database=l;SSL Mode=Require;Password=x").ForOneConnection(TimeSpan.FromSeconds(4))
        );
        Assert.Equal((false, 4, SslMode.Require, "x"), (one.Pooling, one.CommandTimeout, one.SslMode, one.Password));
    }
}
