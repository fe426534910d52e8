using System.Net.Sockets;
using LiftLab.Web.Storage.Database;
using Npgsql;

namespace LiftLab.Web.Storage.Postgres;

/// <summary>What PostgreSQL's and Npgsql's exceptions mean, in words without a password.</summary>
static class PostgresFault
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    const string UniqueViolation = "23505";

    /// <summary>Null for an exception that is not of the database, and for an entry that is there already.</summary>
    public static LabDatabaseException? Of(Exception fault, PostgresAddress address)
    {
        for (var e = fault; e is not null; e = e.InnerException)
            switch (e)
            {
                case PostgresException { SqlState: UniqueViolation }:
                    return null;
                case PostgresException refused:
                    return Refused(refused, address);
                case NpgsqlException { InnerException: not PostgresException } broken:
                    return Broken(broken, address);
            }
        return null;
    }

    /// <summary>The server had closed the connection before it was used: it was restarted, or its sessions were ended.</summary>
    public static bool WasStale(Exception fault)
    {
        for (var e = fault; e is not null; e = e.InnerException)
            if (e is PostgresException { SqlState: "57P01" or "57P02" } || (e is NpgsqlException && e.InnerException is IOException))
                return true;
        return false;
    }

    static LabDatabaseException Refused(PostgresException e, PostgresAddress address)
    {
        var database = $"The database {address.Place}";
        var (kind, what, whatToDo) = e.SqlState switch
        {
            "28P01" or "28000" => (
                DatabaseFault.CannotOpen,
                $"{database} refuses the user '{address.User}': password or permission is wrong",
                "Correct Username and Password in LiftLab:Database, or pg_hba.conf on the server."
            ),
            "3D000" => (
                DatabaseFault.CannotOpen,
                $"{database} is not there",
                "Make it with 'createdb -O USER -E UTF8 -T template0 NAME', or correct LiftLab:Database."
            ),
            "42501" => (
                DatabaseFault.ReadOnly,
                $"The user '{address.User}' may not change {address.Place}",
                "Make this user the owner of the database: ALTER DATABASE NAME OWNER TO USER."
            ),
            "25006" => (
                DatabaseFault.ReadOnly,
                $"{database} is read-only",
                "Give the address of the primary server, not of a standby, in LiftLab:Database."
            ),
            "53100" => (DatabaseFault.DiskFull, $"The disk of {address.Place} is full", "Free some space on the server, then try again."),
            "53300" => (
                DatabaseFault.CannotOpen,
                $"{database} has no free connection",
                "Raise max_connections on the server, or give a smaller 'Maximum Pool Size' in LiftLab:Database."
            ),
            "55P03" or "57014" or "40P01" or "25P03" => (
                DatabaseFault.Locked,
                $"{database} is busy: another dashboard or program keeps a lock",
                "Try again; where it stays so, look for the program in pg_stat_activity."
            ),
            "57P01" or "57P02" or "57P03" or "57P05" => (
                DatabaseFault.CannotOpen,
                $"{database} is starting or stopping",
                "Try again in some seconds."
            ),
            "58030" or "XX001" or "XX002" => (
                e.SqlState == "58030" ? DatabaseFault.Disk : DatabaseFault.Damaged,
                $"{database} reports damage or an error of its disk ({e.SqlState})",
                "Look at the server's log. An empty database is filled again from the lab's folders."
            ),
            _ => (
                DatabaseFault.Other,
                $"{database} cannot be used: {e.MessageText} ({e.SqlState})",
                "Look at the server's log. An empty database is filled again from the lab's folders."
            ),
        };
        return new(kind, what, whatToDo, e);
    }

    static LabDatabaseException Broken(NpgsqlException e, PostgresAddress address) =>
        new(
            DatabaseFault.CannotOpen,
            $"The database {address.Place} cannot be reached: {Reason(e)}",
            "Start the server, or correct Host and Port in LiftLab:Database.",
            e
        );

    static string Reason(Exception e) =>
        e.GetBaseException() switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nothing listens there",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
                "there is no machine of this name",
            SocketException socket => socket.Message,
            TimeoutException => "it does not answer in time",
            System.Security.Authentication.AuthenticationException tls => $"TLS failed ({tls.Message})",
            IOException io => io.Message,
            var other when other == e => e.Message,
            var other => $"{e.Message} ({other.Message})",
        };
}
