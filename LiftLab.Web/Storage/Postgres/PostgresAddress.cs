using System.Collections.Frozen;
using System.Data.Common;
using Npgsql;

namespace LiftLab.Web.Storage.Postgres;

/// <summary>
/// The setting <c>LiftLab:Database</c>: a connection string of Npgsql ("Host=db;Database=liftlab;Username=liftlab;Password=…") or an
/// address ("postgresql://liftlab:…@db:5432/liftlab?sslmode=require"). No message quotes a value of it, because a password with a
/// semicolon or an '@' ends up in other parts.
/// </summary>
sealed class PostgresAddress
{
    const string Setting = "LiftLab:Database";

    /// <summary>Names that libpq has in addresses, with Npgsql's.</summary>
    static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
        ["passfile"] = "Passfile",
        ["host"] = "Host",
        ["port"] = "Port",
        ["user"] = "Username",
        ["password"] = "Password",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    readonly NpgsqlConnectionStringBuilder settings;

    PostgresAddress(NpgsqlConnectionStringBuilder settings) => this.settings = settings;

    /// <summary>For connections of the pool.</summary>
    public string Text => settings.ConnectionString;

    /// <summary>Without user and password.</summary>
    public string Place => $"'{settings.Database}' on the PostgreSQL server {settings.Host}:{settings.Port}";

    public string User => settings.Username ?? Environment.UserName;

    /// <summary>For one connection that is kept open, outside the pool, and that is given up after a short time.</summary>
    public string ForOneConnection(TimeSpan patience) =>
        new NpgsqlConnectionStringBuilder(Text)
        {
            Pooling = false,
            Timeout = Math.Max(1, (int)patience.TotalSeconds),
            CommandTimeout = Math.Max(1, (int)patience.TotalSeconds),
            CancellationTimeout = -1, // a server that does not answer is not asked to cancel
        }.ConnectionString;

    /// <summary>What is wrong with the setting; null for nothing.</summary>
    public static string? Trouble(string setting)
    {
        try
        {
            Parse(setting);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <exception cref="FormatException">It cannot be used, in words for the person who sets it up.</exception>
    public static PostgresAddress Parse(string setting)
    {
        var text = setting.Trim();
        var given = text.Contains("://", StringComparison.Ordinal) ? OfAddress(text) : OfString(text);
        // Two dashboards with a pool each stay below the hundred connections that a server usually accepts.
        var settings = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "LiftLab",
            MaxPoolSize = 20,
            Timeout = 10,
        };
        foreach (var (i, (name, value)) in given.Index())
            try
            {
                settings[name] = value;
            }
            catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException)
            {
                throw new FormatException(
                    settings.ContainsKey(name)
                        ? $"{Setting} gives a value to '{name}' that it cannot have: correct it"
                        : $"{Setting}: Npgsql does not know the name of part {i + 1}. Use Host, Port, Database, Username, Password, SSL Mode; "
                            + "put a value with a semicolon in quotes"
                );
            }
        if (settings.Port is < 1 or > 65535)
            throw new FormatException($"{Setting} gives a value to 'port' that it cannot have: correct it");
        if (string.IsNullOrWhiteSpace(settings.Host))
            throw new FormatException($"{Setting} names no server: add Host=…");
        if (string.IsNullOrWhiteSpace(settings.Database))
            throw new FormatException($"{Setting} names no database: add Database=…");
        return new(settings);
    }

    static IReadOnlyList<(string Name, object Value)> OfString(string text)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw new FormatException(
                $"{Setting} cannot be read: give parts like Host=db;Database=liftlab;Username=liftlab;Password=…, "
                    + "or postgresql://user:password@host/database"
            );
        }
        return [.. parts.Keys.Cast<string>().Select(name => (name, parts[name]))];
    }

    static List<(string Name, object Value)> OfAddress(string text)
    {
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || address.Scheme is not ("postgres" or "postgresql")
            || address.UserInfo.Contains('@', StringComparison.Ordinal)
            || address.Fragment.Length > 0
        )
            throw new FormatException(
                $"{Setting} is no address of the form postgresql://user:password@host:5432/database: "
                    + "write special characters of the password in percent form (%40 for @, %3A for :, %2F for /, %23 for #)"
            );
        var parts = new List<(string, object)> { ("Host", address.Host.Trim('[', ']')) };
        if (address.Port > 0)
            parts.Add(("Port", address.Port));
        if (Uri.UnescapeDataString(address.AbsolutePath.Trim('/')) is { Length: > 0 } database)
            parts.Add(("Database", database));
        var user = address.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            parts.Add(("Username", Uri.UnescapeDataString(user[0])));
        if (user.Length > 1)
            parts.Add(("Password", Uri.UnescapeDataString(user[1])));
        foreach (var option in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = option.Split('=', 2);
            var name = Uri.UnescapeDataString(pair[0]);
            var value = pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "";
            // libpq writes "verify-full" where Npgsql writes "VerifyFull"
            parts.Add(
                (
                    Names.GetValueOrDefault(name, name),
                    name.Equals("sslmode", StringComparison.OrdinalIgnoreCase) ? value.Replace("-", "", StringComparison.Ordinal) : value
                )
            );
        }
        return parts;
    }
}
