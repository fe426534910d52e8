using System.IO.Compression;

namespace LiftLab.Engine.Tables.Reading.Formats;

/// <summary>Unpacks a file that was compressed with gzip.</summary>
static class GzipText
{
    public static bool IsPacked(byte[] bytes) => bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);

    /// <exception cref="BadDataException">The file is damaged, or unpacks to more than <paramref name="limit"/> bytes.</exception>
    public static byte[] Unpack(byte[] bytes, long limit, CancellationToken cancel)
    {
        try
        {
            using var packed = new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            var buffer = new byte[1 << 16];
            int read;
            while ((read = packed.Read(buffer)) > 0)
            {
                cancel.ThrowIfCancellationRequested();
                if (unpacked.Length + read > limit)
                    throw Refuse(
                        "unpacks-too-large",
                        $"the gzip archive unpacks to more than {ByteWords.Of(limit)}",
                        "Read a sample of its rows, or raise the limit in the settings."
                    );
                unpacked.Write(buffer, 0, read);
            }
            // The last four bytes are the size of the last part; a file that was cut ends with other bytes.
            if (bytes.Length < 18 || BitConverter.ToUInt32(bytes.AsSpan(bytes.Length - 4)) > unpacked.Length)
                throw new InvalidDataException();
            return unpacked.ToArray();
        }
        catch (InvalidDataException)
        {
            throw Refuse("broken-archive", "the gzip archive is cut or damaged", "Get the file again, or unpack it with another program.");
        }
    }

    static BadDataException Refuse(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
