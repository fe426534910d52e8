namespace LiftLab.Web.Live.Serving;

/// <summary>A request that the OpenAI-compatible server refuses, in the terms of OpenAI's errors.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="kind">OpenAI's type ("invalid_request_error"), on which clients do not depend.</param>
/// <param name="param">The parameter of the request that is wrong; null for none.</param>
/// <param name="code">Stable code ("model_not_found"); null for none.</param>
public sealed class ServingException(int status, string message, string? param = null, string? code = null, string? kind = null)
    : Exception(message)
{
    public int Status => status;
    public string? Param => param;
    public string? Code => code;
    public string Kind => kind ?? (status >= 500 ? "server_error" : "invalid_request_error");

    /// <summary>Seconds after which the request may succeed; null where it will not.</summary>
    public double? RetryAfter { get; init; }

    public static ServingException Wrong(string message, string? param = null, string? code = null) => new(400, message, param, code);

    public static ServingException NoModel(string model) =>
        new(404, $"The model '{model}' does not exist or you do not have access to it.", "model", "model_not_found");
}
