namespace LiftLab.Engine.Learning.Kept;

/// <summary>A kept model cannot be opened: its file is missing, damaged or of another learner, or it was deleted.</summary>
public sealed class KeptModelException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner),
        IExplained
{
    /// <summary>Stable code of the cause ("kept-damaged").</summary>
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;

    /// <summary>The content of a file differs from what was written.</summary>
    /// <param name="why">A clause without a final stop.</param>
    public static KeptModelException Damaged(string file, string why, Exception? inner = null) =>
        new(
            "kept-damaged",
            $"'{file}' is damaged: {why}",
            "Copy it from a backup, or delete the folder: the learner is then fitted again from the run's specification.",
            inner
        );

    /// <summary>A file of the kept model does not exist.</summary>
    public static KeptModelException Missing(string file) =>
        new(
            "kept-missing",
            $"'{file}' is missing",
            "Copy it from a backup, or delete the folder: the learner is then fitted again from the run's specification."
        );
}
