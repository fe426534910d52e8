using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace LiftLab.Web.Storage;

/// <summary>Settings that SQLite keeps per connection. Write-ahead logging itself is kept in the file.</summary>
public sealed class SqlitePragmas : DbConnectionInterceptor
{
    const string Sql = "PRAGMA busy_timeout=5000; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Sql;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
