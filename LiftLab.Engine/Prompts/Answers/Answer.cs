namespace LiftLab.Engine.Prompts.Answers;

/// <summary>The parsed answer of a model.</summary>
public abstract record Answer
{
    Answer() { }

    /// <param name="Index">Class index in the task's label order.</param>
    public sealed record Class(int Index) : Answer;

    /// <param name="Value">The number in the target's unit.</param>
    public sealed record Number(double Value) : Answer;

    /// <param name="Text">The text that the model wrote.</param>
    public sealed record Illegible(string Text) : Answer;
}
