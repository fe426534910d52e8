namespace LiftLab.Engine.Learning.Texts;

/// <summary>A text that a model is to continue or to score.</summary>
/// <param name="Text">The prompt; null where its token ids are given.</param>
/// <param name="Ids">The prompt as token ids; null where its text is given.</param>
/// <param name="MaxTokens">Maximum tokens to write; 0 to score the prompt only; null for what the model's context has room for.</param>
public sealed record TextRequest(string? Text, IReadOnlyList<int>? Ids, int? MaxTokens)
{
    /// <summary>0: the most probable token at each step.</summary>
    public double Temperature { get; init; }

    /// <summary>Nucleus sampling: tokens are drawn from the most probable ones that together have this probability (0–1).</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Seed of the random draws.</summary>
    public int Seed { get; init; }

    /// <summary>Texts at which writing ends; the answer does not contain them.</summary>
    public IReadOnlyList<string> Stop
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>
    /// Whether the prompt's tokens are part of the answer, with their log-probabilities where <see cref="Top"/> is given.
    /// </summary>
    public bool Echo { get; init; }

    /// <summary>
    /// Log-probabilities are part of the answer, at each place of the tokens themselves and of so many most probable ones; null for none.
    /// </summary>
    public int? Top { get; init; }
}
