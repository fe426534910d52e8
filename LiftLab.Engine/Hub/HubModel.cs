namespace LiftLab.Engine.Hub;

/// <summary>Description of a model on the hub.</summary>
/// <param name="Commit">Commit of the revision; all files are downloaded at this commit, so that they match.</param>
/// <param name="Licence">Licence in the model card ("apache-2.0"); null if there is none.</param>
/// <param name="Gated">Whether access requires agreeing to the owner's terms.</param>
public sealed record HubModel(string Id, string Revision, string Commit, string? Licence, bool Gated, IReadOnlyList<HubFile> Files);

/// <summary>A file of a model on the hub.</summary>
/// <param name="Size">Size in bytes; <see cref="UnknownSize"/> where the service does not tell it.</param>
/// <param name="Sha256">SHA-256 of the content in hexadecimal, for large files; otherwise null.</param>
/// <param name="BlobSha1">Git's SHA-1 of the blob, for small files; otherwise null.</param>
/// <param name="Md5">MD5 of the content in hexadecimal, where the service gives no better hash; otherwise null.</param>
public sealed record HubFile(string Name, long Size, string? Sha256, string? BlobSha1, string? Md5 = null)
{
    public const long UnknownSize = -1;

    public bool IsSizeKnown => Size >= 0;
}
