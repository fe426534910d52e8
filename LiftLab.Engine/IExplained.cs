namespace LiftLab.Engine;

/// <summary>An exception that says what happened and what to do, in words for people.</summary>
public interface IExplained
{
    /// <summary>Stable, to search for.</summary>
    string Code { get; }

    string What { get; }

    string WhatToDo { get; }
}
