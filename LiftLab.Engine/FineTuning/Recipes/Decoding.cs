namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>Settings for generating an answer.</summary>
/// <param name="MaxTokens">Maximum number of tokens in an answer.</param>
/// <param name="Temperature">0: greedy (argmax); 1: samples from the model's distribution unchanged.</param>
/// <param name="TopK">Samples from the K most likely tokens only; null for all. The paper's generation used 50.</param>
public sealed record Decoding(int MaxTokens = 32, double Temperature = 0, int? TopK = null, int Seed = 0);

/// <summary>A generated answer.</summary>
/// <param name="Text">The answer without the end mark.</param>
/// <param name="Ended">Whether the model generated the end mark or the end-of-text token.</param>
/// <param name="LogProbability">Sum over the generated tokens, at temperature 1, in nats.</param>
public sealed record Generated(string Text, bool Ended, double LogProbability);
