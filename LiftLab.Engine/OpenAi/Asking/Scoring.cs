namespace LiftLab.Engine.OpenAi.Asking;

/// <summary>How the probabilities of classes are obtained.</summary>
public enum Scoring
{
    /// <summary>The first of the following that the service supports, found by asking it.</summary>
    Auto,

    /// <summary>Every label is scored after the prompt: the service repeats the prompt with its log-probabilities (echo).</summary>
    Labels,

    /// <summary>The log-probabilities of the most probable first tokens of the answer.</summary>
    FirstTokens,

    /// <summary>Several answers are drawn and counted.</summary>
    Frequencies,

    /// <summary>One answer, without probabilities.</summary>
    Text,
}
