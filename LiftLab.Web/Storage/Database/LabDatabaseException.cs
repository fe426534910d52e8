using LiftLab.Engine;

namespace LiftLab.Web.Storage.Database;

/// <summary>Why the lab's database cannot be used.</summary>
public enum DatabaseFault
{
    DiskFull,
    Locked,
    ReadOnly,
    CannotOpen,
    Damaged,
    Disk,

    /// <summary>The engine's own message says more.</summary>
    Other,
}

/// <summary>The lab's database cannot be used: what happened and what to do.</summary>
public sealed class LabDatabaseException(DatabaseFault fault, string what, string whatToDo, Exception? inner = null)
    : IOException($"{what}. {whatToDo}", inner),
        IExplained
{
    public string Code => "database-" + Fault.ToString().ToLowerInvariant();

    public DatabaseFault Fault { get; } = fault;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;
}
