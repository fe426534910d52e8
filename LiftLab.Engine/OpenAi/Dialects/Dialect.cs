namespace LiftLab.Engine.OpenAi.Dialects;

/// <summary>How one host speaks OpenAI's API: what deviates from OpenAI's own form.</summary>
/// <param name="Name">Stable name in specifications and on the command line ("nebius").</param>
/// <param name="Address">The base address up to and including the version, without a slash at the end; null where each user has another
/// one.</param>
public sealed record Dialect(string Name, string Title, string? Address)
{
    /// <summary>The environment variable in which users of this host keep their key; null where there is no custom.</summary>
    public string? KeyVariable { get; init; }

    public RateMeaning Rate { get; init; }

    /// <summary>Path of the collection of fine-tuning jobs, below the address.</summary>
    public string Jobs { get; init; } = "fine_tuning/jobs";

    /// <summary>Whether the settings of a job stand beside its model and not in <c>method.supervised.hyperparameters</c>.</summary>
    public bool FlatJob { get; init; }

    /// <summary>
    /// Whether training files may hold a prompt and its completion (the paper's form). Other hosts take chats only, for all models or for
    /// most.
    /// </summary>
    public bool TrainsOnCompletions { get; init; }

    /// <summary>Whether a person must deploy a fine-tuned model before it answers.</summary>
    public bool DeploysFirst { get; init; }

    /// <summary>Whether requests may name the version of the API (Azure's <c>api-version</c>).</summary>
    public bool TakesVersion { get; init; }

    /// <summary>What a fine-tuned model costs while nobody asks it, as a sentence for a person who decides whether to keep it.</summary>
    public string Keeping { get; init; } =
        "LiftLab does not know whether this service bills a model that nobody asks: look at its own list of prices.";

    /// <summary>What a person should know before a start; null for nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>The host's words for the states of a job. A word that is not known counts as running.</summary>
    public IReadOnlyDictionary<string, RemoteJobState> States { get; init; } = OpenAiStates;

    public static IReadOnlyDictionary<string, RemoteJobState> OpenAiStates { get; } =
        new Dictionary<string, RemoteJobState>(StringComparer.OrdinalIgnoreCase)
        {
            ["validating_files"] = RemoteJobState.Waiting,
            ["queued"] = RemoteJobState.Waiting,
            ["pending"] = RemoteJobState.Waiting,
            ["created"] = RemoteJobState.Waiting,
            ["running"] = RemoteJobState.Running,
            ["paused"] = RemoteJobState.Paused,
            ["succeeded"] = RemoteJobState.Succeeded,
            ["failed"] = RemoteJobState.Failed,
            ["cancelled"] = RemoteJobState.Cancelled,
            ["canceled"] = RemoteJobState.Cancelled,
        };

    public RemoteJobState StateOf(string? word) => States.GetValueOrDefault(word ?? "", RemoteJobState.Running);
}
