namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>How an answer is drawn.</summary>
/// <param name="MaxTokens">Longest answer.</param>
/// <param name="Temperature">0 takes the likeliest token each time; 1 draws as the model says.</param>
/// <param name="TopK">Draw among so many likeliest tokens. The paper's generation had 50.</param>
public sealed record Decoding(int MaxTokens = 32, double Temperature = 0, int? TopK = null, int Seed = 0);

/// <summary>One answer.</summary>
/// <param name="Text">Without the end mark.</param>
/// <param name="Ended">The model wrote the end mark itself.</param>
/// <param name="LogProbability">Of all tokens written, under the model as it is (temperature 1), in nats.</param>
public sealed record Generated(string Text, bool Ended, double LogProbability);
