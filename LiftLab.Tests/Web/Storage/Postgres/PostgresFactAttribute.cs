namespace LiftLab.Tests.Web.Storage.Postgres;

/// <summary>A test on a real PostgreSQL server. Skipped, with the reason, where PostgreSQL is not installed.</summary>
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>As <see cref="PostgresFactAttribute"/>, for a test with data.</summary>
sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = PostgresServer.Missing;
}
