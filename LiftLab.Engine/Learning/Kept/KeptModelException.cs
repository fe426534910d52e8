namespace LiftLab.Engine.Learning.Kept;

/// <summary>A kept model cannot be opened: its file is missing, damaged or foreign, or it was deleted.</summary>
public sealed class KeptModelException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner)
{
    /// <summary>Stable ("kept-damaged").</summary>
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;

    /// <summary>The content of a file is not what was written.</summary>
    public static KeptModelException Damaged(string file, string why, Exception? inner = null) =>
        new(
            "kept-damaged",
            $"'{file}' is damaged: {why}",
            "Copy it from a backup, or delete the folder that holds it: the learner is then fitted again from the run's specification.",
            inner
        );

    /// <summary>A file that belongs to the kept model is not there.</summary>
    public static KeptModelException Missing(string file) =>
        new(
            "kept-missing",
            $"'{file}' is missing",
            "Copy it from a backup, or delete the folder that it belongs to: the learner is then fitted again from the run's specification."
        );
}
