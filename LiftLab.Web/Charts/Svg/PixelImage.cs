using System.Buffers.Binary;
using System.IO.Compression;

namespace LiftLab.Web.Charts.Svg;

/// <summary>
/// Pixels as a PNG in a data: address: a document with a fine grid stays small and loads nothing.
/// </summary>
static class PixelImage
{
    static readonly uint[] Table =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(n =>
            {
                var c = (uint)n;
                for (var k = 0; k < 8; k++)
                    c = (c & 1) == 1 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
                return c;
            }),
    ];

    /// <param name="colours">"#rrggbb" each, row by row from the top; null is transparent. Shape (height · width).</param>
    public static string Address(int width, int height, IReadOnlyList<string?> colours)
    {
        var raw = new byte[height * (1 + 4 * width)]; // each line starts with a filter byte: none
        for (var i = 0; i < colours.Count; i++)
        {
            if (colours[i] is not { } colour)
                continue;
            var at = i / width * (1 + 4 * width) + 1 + 4 * (i % width);
            Convert.FromHexString(colour.AsSpan(1), raw.AsSpan(at, 3), out _, out _);
            raw[at + 3] = 255;
        }
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 6); // 8 bits per channel, RGBA
        Chunk(png, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            zlib.Write(raw);
        Chunk(png, "IDAT"u8, packed.ToArray());
        Chunk(png, "IEND"u8, []);
        return "data:image/png;base64," + Convert.ToBase64String(png.ToArray());
    }

    static void Chunk(Stream png, ReadOnlySpan<byte> kind, byte[] data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        png.Write(word);
        png.Write(kind);
        png.Write(data);
        var sum = Sum(Sum(0xFFFFFFFF, kind), data) ^ 0xFFFFFFFF;
        BinaryPrimitives.WriteUInt32BigEndian(word, sum);
        png.Write(word);
    }

    static uint Sum(uint sum, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            sum = Table[(sum ^ b) & 0xFF] ^ (sum >> 8);
        return sum;
    }
}
