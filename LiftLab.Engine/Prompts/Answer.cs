namespace LiftLab.Engine.Prompts;

/// <summary>What an answer's text says.</summary>
public abstract record Answer
{
    Answer() { }

    /// <param name="Index">Class index in the task's label order.</param>
    public sealed record Class(int Index) : Answer;

    /// <param name="Value">In the target's unit.</param>
    public sealed record Number(double Value) : Answer;

    /// <param name="Text">What was written instead.</param>
    public sealed record Illegible(string Text) : Answer;
}
