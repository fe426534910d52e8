using LiftLab.Engine;

namespace LiftLab.Web.Live.Providers;

/// <summary>A provider did not end or delete what a run has there.</summary>
public sealed class RemoteTroubleException(IReadOnlyList<string> troubles) : Exception(string.Join(' ', troubles)), IExplained
{
    public string Code => "provider-keeps";
    public string What => string.Join(' ', troubles.Select(t => t.TrimEnd('.') + ".")).TrimEnd('.');
    public string WhatToDo => "Try again, or delete it here only and look at the provider's own page.";
}
