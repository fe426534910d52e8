using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LiftLab.Engine.Hub;

/// <summary>
/// The hash that a service gives for a file: SHA-256 or MD5 of the content, or git's SHA-1 of "blob length NUL content".
/// </summary>
sealed class ContentHash : IDisposable
{
    readonly HubFile file;
    readonly IncrementalHash hash;

    public ContentHash(HubFile file)
    {
        this.file = file;
        hash = IncrementalHash.CreateHash(
            file.Sha256 is not null ? HashAlgorithmName.SHA256
            : file.Md5 is not null ? HashAlgorithmName.MD5
            : HashAlgorithmName.SHA1
        );
        Restart();
    }

    public void Add(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    public async Task AddAsync(Stream all, CancellationToken cancel)
    {
        var buffer = new byte[1 << 20];
        int read;
        all.Position = 0;
        while ((read = await all.ReadAsync(buffer, cancel)) > 0)
            hash.AppendData(buffer, 0, read);
    }

    public void Restart()
    {
        hash.GetHashAndReset();
        if (file.Sha256 is null && file.Md5 is null)
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Size}\0")));
    }

    /// <summary>Whether the added content matches the given hash; always true if there is none. Resets the hash.</summary>
    public bool Matches()
    {
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        return (file.Sha256 ?? file.Md5 ?? file.BlobSha1) is not { } wanted || wanted.Equals(found, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => hash.Dispose();
}
