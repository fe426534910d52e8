namespace LiftLab.Web.Live.Serving;

/// <summary>A prompt and the completion that is to follow it.</summary>
/// <param name="Line">In the file, from 1.</param>
public sealed record TrainingExample(string Prompt, string Completion, int Line);
