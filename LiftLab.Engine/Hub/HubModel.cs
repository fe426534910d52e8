namespace LiftLab.Engine.Hub;

/// <summary>A model as the hub describes it.</summary>
/// <param name="Commit">The revision's commit; files are fetched at it, so that they belong together.</param>
/// <param name="Licence">As the model card names it ("apache-2.0"); null where it names none.</param>
/// <param name="Gated">Its owner lets in only those who have agreed to terms.</param>
public sealed record HubModel(string Id, string Revision, string Commit, string? Licence, bool Gated, IReadOnlyList<HubFile> Files);

/// <summary>A file of a model on the hub.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of large files: SHA-256 of the content, hexadecimal.</param>
/// <param name="BlobSha1">Of small files: git's name of the content.</param>
public sealed record HubFile(string Name, long Size, string? Sha256, string? BlobSha1);
