namespace LiftLab.Engine.Tables.Steps;

/// <summary>A step does not apply to a table.</summary>
public sealed class StepFailedException(string what, string whatToDo, string code = StepFailedException.Other)
    : Exception($"{what}. {whatToDo}"),
        IExplained
{
    public const string Other = "step-does-not-apply",
        NoColumn = "step-without-column";

    public string Code { get; } = code;

    public string What { get; } = what;

    public string WhatToDo { get; } = whatToDo;
}
