namespace LiftLab.Web.Storage;

/// <summary>
/// The OpenAI-compatible server under <c>/v1</c>, section "LiftLab:Serving" of appsettings.json. Without a key it is off.
/// </summary>
public sealed class ServingOptions
{
    public const string Section = LabOptions.Section + ":Serving";

    /// <summary>
    /// The key that clients present as <c>Authorization: Bearer KEY</c>. Empty: the server is off, unless it is switched on in the
    /// dashboard. Also set by the environment variable LIFTLAB_SERVER_KEY and by <c>--serve KEY</c>.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>The name of the organisation in the names of fine-tuned models: letters, digits and hyphens.</summary>
    public string Organization { get; set; } = "liftlab";

    /// <summary>Requests in a minute; more are answered with 429.</summary>
    public int RequestsPerMinute { get; set; } = 30_000;

    /// <summary>Completions that are answered or wait at the same time; more are answered with 429.</summary>
    public int MaxCompletions { get; set; } = 1_024;

    /// <summary>Maximum size of an uploaded file in bytes.</summary>
    public long MaxFileBytes { get; set; } = 512L << 20;
}
