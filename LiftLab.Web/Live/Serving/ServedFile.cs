namespace LiftLab.Web.Live.Serving;

/// <summary>A file that a client has uploaded, or the results of a job.</summary>
/// <param name="Name">As the client names it.</param>
/// <param name="IdempotencyKey">Of the request that uploaded it; null for none.</param>
public sealed record ServedFile(string Id, string Name, string Purpose, long Bytes, DateTimeOffset Created, string? IdempotencyKey = null);
