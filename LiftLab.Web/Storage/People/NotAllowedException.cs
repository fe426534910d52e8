using LiftLab.Engine;

namespace LiftLab.Web.Storage.People;

/// <summary>The role of whoever asks does not allow what was asked.</summary>
public sealed class NotAllowedException(string what, string whatToDo) : UnauthorizedAccessException(what + ". " + whatToDo), IExplained
{
    public string Code => "not-allowed";
    public string What => what;
    public string WhatToDo => whatToDo;
}
