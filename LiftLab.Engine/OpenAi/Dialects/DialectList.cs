namespace LiftLab.Engine.OpenAi.Dialects;

/// <summary>The hosts that LiftLab knows. A new one is a record in this list.</summary>
public static class DialectList
{
    public static Dialect LiftLab { get; } =
        new("liftlab", "Another LiftLab", null)
        {
            KeyVariable = "LIFTLAB_KEY",
            TrainsOnCompletions = true,
            Keeping = "Models take space on the other lab's disk and cost no money.",
            Notice = "A rate of 1 is the rate of the recipe.",
        };

    public static Dialect Compatible { get; } = new("compatible", "Other compatible service", null) { TrainsOnCompletions = true };

    public static IReadOnlyList<Dialect> All { get; } =
    [
        new("openai", "OpenAI", "https://api.openai.com/v1")
        {
            KeyVariable = "OPENAI_API_KEY",
            Keeping = "OpenAI bills a fine-tuned model by the tokens of its questions and answers: one that nobody asks costs nothing.",
            Notice =
                "OpenAI takes no new fine-tuning jobs after 6 January 2027, and fine-tuned models of gpt-4o and gpt-4.1 answer until 14 January 2027. Most accounts are refused today.",
        },
        new("azure", "Azure OpenAI", null)
        {
            KeyVariable = "AZURE_OPENAI_API_KEY",
            DeploysFirst = true,
            Keeping =
                "Azure bills every hour of a deployment, whether it is asked or not; a model without a deployment costs nothing. Delete the deployment at Azure first.",
            TakesVersion = true,
            Notice = "The address is https://NAME.openai.azure.com/openai/v1. A fine-tuned model answers after you have deployed it.",
        },
        new("nebius", "Nebius Token Factory", "https://api.tokenfactory.nebius.com/v1")
        {
            KeyVariable = "NEBIUS_API_KEY",
            Rate = RateMeaning.Absolute,
            TrainsOnCompletions = true,
            Notice = "Rates are absolute here: 0.00002 is usual, 0.1 diverges.",
        },
        new("together", "Together AI", "https://api.together.xyz/v1")
        {
            KeyVariable = "TOGETHER_API_KEY",
            Jobs = "fine-tunes",
            FlatJob = true,
            Keeping =
                "Together bills a dedicated endpoint for the time that it runs, whether it is asked or not; a model without one costs nothing.",
            Rate = RateMeaning.Absolute,
            TrainsOnCompletions = true,
            Notice = "Rates are absolute here: 0.00001 is usual.",
            States = new Dictionary<string, RemoteJobState>(Dialect.OpenAiStates, StringComparer.OrdinalIgnoreCase)
            {
                ["uploading"] = RemoteJobState.Running,
                ["compressing"] = RemoteJobState.Running,
                ["cancel_requested"] = RemoteJobState.Running,
                ["user_error"] = RemoteJobState.Failed,
                ["error"] = RemoteJobState.Failed,
                ["completed"] = RemoteJobState.Succeeded,
            },
        },
        LiftLab,
        Compatible,
    ];

    /// <exception cref="ArgumentException">There is no such dialect; the message lists those there are.</exception>
    public static Dialect Named(string name) =>
        All.FirstOrDefault(d => d.Name == name)
        ?? throw new ArgumentException(
            $"there is no kind of provider '{name}'; there are {string.Join(", ", All.Select(d => d.Name))}",
            nameof(name)
        );
}
