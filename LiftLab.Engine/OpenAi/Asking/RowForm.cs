namespace LiftLab.Engine.OpenAi.Asking;

/// <summary>How rows are sent to a model.</summary>
public enum RowForm
{
    /// <summary>Prompt and completion where the provider trains and serves them, else chat.</summary>
    Auto,

    /// <summary>A prompt that ends with ### and its completion, which ends with @@@: the paper's form.</summary>
    Completion,

    /// <summary>The prompt as the message of a user, the completion as that of the assistant.</summary>
    Chat,
}
