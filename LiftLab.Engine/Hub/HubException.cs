namespace LiftLab.Engine.Hub;

/// <summary>A model or a dataset cannot be downloaded; the message says what happened and what to do.</summary>
/// <param name="code">Stable code: "name-impossible", "not-found", "token-needed", "access-refused", "rate-limited", "offline",
/// "server-failed", "checksum-wrong", "disk-full", "already-running", "already-there", "not-a-model", "adapter-alone", "too-large", and of
/// OpenML "several-versions", "deactivated", "is-a-task",
/// "no-table".</param>
public sealed class HubException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner)
{
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;
}
