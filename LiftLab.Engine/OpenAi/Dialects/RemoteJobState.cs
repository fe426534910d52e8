namespace LiftLab.Engine.OpenAi.Dialects;

/// <summary>The state of a fine-tuning job at a provider.</summary>
public enum RemoteJobState
{
    /// <summary>Files are validated, or the job waits in the provider's queue.</summary>
    Waiting,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
}
