namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>A provider refused a request, answered in a way that cannot be understood, or could not be reached.</summary>
/// <param name="code">Stable code of the cause ("key-refused", "rate-limited", "unreachable").</param>
public sealed class ProviderException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner),
        IExplained
{
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;

    /// <summary>HTTP status; null where there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>The service's own code ("training_not_available"); null where it gave none.</summary>
    public string? ServiceCode { get; init; }

    /// <summary>The service's own words; empty where it gave none.</summary>
    public string ServiceText { get; init; } = "";

    /// <summary>The service's number of the request, for questions to its support; null where it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The service's words and the number of the request, for diagnostics; empty where there are none.</summary>
    public string Details =>
        string.Join(
            "; ",
            new[]
            {
                Status is { } status ? FormattableString.Invariant($"HTTP {status}") : "",
                ServiceCode ?? "",
                ServiceText,
                RequestId is { } id ? $"request {id}" : "",
            }.Where(t => t.Length > 0)
        );
}
