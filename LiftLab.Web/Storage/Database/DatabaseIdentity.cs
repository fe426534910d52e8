namespace LiftLab.Web.Storage.Database;

/// <summary>Which database a dashboard uses.</summary>
/// <param name="Id">The same from wherever the database is reached; another one for a copy of it on a server.</param>
/// <param name="Place">For messages, without a password.</param>
public sealed record DatabaseIdentity(string Id, string Place);
