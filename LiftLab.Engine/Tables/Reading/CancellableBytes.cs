namespace LiftLab.Engine.Tables.Reading;

/// <summary>Bytes in memory whose reading can be cancelled, for libraries that know no cancellation.</summary>
/// <param name="skip">Number of bytes at the beginning that are not read.</param>
sealed class CancellableBytes(byte[] bytes, CancellationToken cancel, int skip = 0)
    : MemoryStream(bytes, skip, bytes.Length - skip, writable: false)
{
    // A small part of an archive unpacks to a thousand times as much.
    const int AtOnce = 1 << 14;

    public override int Read(byte[] buffer, int offset, int count)
    {
        cancel.ThrowIfCancellationRequested();
        return base.Read(buffer, offset, Math.Min(count, AtOnce));
    }

    public override int Read(Span<byte> buffer)
    {
        cancel.ThrowIfCancellationRequested();
        return base.Read(buffer[..Math.Min(buffer.Length, AtOnce)]);
    }
}
