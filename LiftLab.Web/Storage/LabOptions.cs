using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Postgres;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage;

/// <summary>Places and limits, section "LiftLab" of appsettings.json. Hyperparameters are not here: they belong to a run.</summary>
public sealed class LabOptions
{
    public const string Section = "LiftLab";

    /// <summary>Where datasets, runs, keys and the index live; relative to the working directory.</summary>
    public string LabFolder { get; set; } = "lab";

    /// <summary>
    /// A PostgreSQL database, as Npgsql's connection string or as <c>postgresql://user:password@host/database</c>; empty for SQLite in the
    /// lab's folder. With PostgreSQL several dashboards can share the lab.
    /// </summary>
    public string Database { get; set; } = "";

    /// <summary>The token that browsers and scripts must present; empty where only this machine can reach the lab.</summary>
    public string AccessToken { get; set; } = "";

    /// <summary>
    /// The header in which a reverse proxy names whoever it has signed in ("X-Forwarded-User"); empty: none. Believed only where it comes
    /// from one of <see cref="TrustedProxies"/>.
    /// </summary>
    public string ProxyUserHeader { get; set; } = "";

    /// <summary>
    /// Addresses of reverse proxies ("127.0.0.1", "10.1.0.0/16"), or "unix" for a proxy that comes through a socket file.
    /// </summary>
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>The role of a person whom the proxy names and no administrator has given a role.</summary>
    public ProxyDefault ProxyDefaultRole { get; set; } = ProxyDefault.View;

    /// <summary>Whether whoever comes must sign in.</summary>
    public bool AsksWho => AccessToken.Length > 0 || ProxyUserHeader.Length > 0;

    public long MaxUploadBytes { get; set; } = 256L << 20;
    public int MaxRows { get; set; } = 1_000_000;
    public int MaxColumns { get; set; } = 2_000;
    public int MaxParallelRuns { get; set; } = 1;

    /// <summary>What takes less time on this machine stays here, unless a person sends it to another launcher.</summary>
    public int SmallRunMinutes { get; set; } = 10;

    /// <summary>Attempts of one run before a person must resume it, the first included.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>A worker that writes no event for this long is ended and its run resumed.</summary>
    public int HeartbeatTimeoutSeconds { get; set; } = 60;

    /// <summary>
    /// False: jobs go on without the dashboard, which takes them up again at its next start. True: the dashboard ends its jobs when it
    /// stops and resumes its runs at the next start.
    /// </summary>
    public bool StopRunsOnShutdown { get; set; }

    /// <summary>Runs whose models are kept open at the same time, each in a process of its own.</summary>
    public int MaxResidentModels { get; set; } = 2;

    /// <summary>Seconds after which open models that nobody asks are closed.</summary>
    public int ResidentIdleSeconds { get; set; } = 600;

    /// <summary>
    /// Only the best weights of a run that succeeded are kept, its fitted model: its training checkpoints are deleted soon after its end.
    /// </summary>
    public bool KeepBestOnly { get; set; }

    /// <summary>Days after its end from which the training checkpoints of a run are deleted; 0: they are kept.</summary>
    public int CheckpointDays { get; set; }

    /// <summary>Time limit of the start for upgrading the database.</summary>
    public int MigrationTimeoutSeconds { get; set; } = 60;

    /// <summary>The engine's executable or .dll; empty for the one beside the dashboard.</summary>
    public string Engine { get; set; } = "";
}

/// <summary>Checks all settings at once, so that one start reports every mistake.</summary>
sealed class LabOptionsCheck : IValidateOptions<LabOptions>
{
    public ValidateOptionsResult Validate(string? name, LabOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrWhiteSpace(options.LabFolder))
            wrong.Add("LiftLab:LabFolder is empty: name a folder, for example \"lab\"");
        if (options.Database.Trim().Length > 0 && PostgresAddress.Trouble(options.Database) is { } trouble)
            wrong.Add(trouble);
        AtLeast(1, options.MaxUploadBytes, nameof(options.MaxUploadBytes));
        AtLeast(1, options.MaxRows, nameof(options.MaxRows));
        AtLeast(2, options.MaxColumns, nameof(options.MaxColumns));
        AtLeast(1, options.MaxParallelRuns, nameof(options.MaxParallelRuns));
        AtLeast(0, options.SmallRunMinutes, nameof(options.SmallRunMinutes));
        AtLeast(1, options.MaxAttempts, nameof(options.MaxAttempts));
        AtLeast(10, options.HeartbeatTimeoutSeconds, nameof(options.HeartbeatTimeoutSeconds));
        AtLeast(1, options.MaxResidentModels, nameof(options.MaxResidentModels));
        AtLeast(1, options.ResidentIdleSeconds, nameof(options.ResidentIdleSeconds));
        AtLeast(0, options.CheckpointDays, nameof(options.CheckpointDays));
        AtLeast(1, options.MigrationTimeoutSeconds, nameof(options.MigrationTimeoutSeconds));
        if (options.Engine.Length > 0 && !File.Exists(options.Engine))
            wrong.Add($"LiftLab:Engine names '{options.Engine}', which is not there: correct it, or leave it empty");
        if (options.AccessToken is { Length: > 0 and < 16 })
            wrong.Add("LiftLab:AccessToken is shorter than 16 characters: others could guess it");
        if (options.ProxyUserHeader.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            wrong.Add($"LiftLab:ProxyUserHeader is '{options.ProxyUserHeader}', which is no name of a header, as X-Forwarded-User is");
        if (options.ProxyUserHeader.Length > 0 && options.TrustedProxies.Count == 0)
            wrong.Add(
                "LiftLab:ProxyUserHeader is set and LiftLab:TrustedProxies is empty: name the proxy's address, for example \"127.0.0.1\""
            );
        foreach (var proxy in options.TrustedProxies.Where(p => !ProxyAddresses.IsAddress(p)))
            wrong.Add($"LiftLab:TrustedProxies names '{proxy}': give an address (10.1.2.3), a network (10.1.0.0/16) or \"unix\"");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void AtLeast(long least, long value, string setting)
        {
            if (value < least)
                wrong.Add($"LiftLab:{setting} is {value}: give at least {least}");
        }
    }
}
