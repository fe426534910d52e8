using System.Buffers.Binary;

namespace LiftLab.Engine.Tables.Reading.Formats.Parquet;

/// <summary>
/// Checks the metadata at the end of a Parquet file (a struct in Thrift's compact protocol) before a library reads them: the library
/// reads on forever behind the end of metadata that are cut or whose lengths are false.
/// </summary>
static class ParquetFooter
{
    const int Tail = 8;
    const int Deepest = 32;

    /// <summary>
    /// Zeros behind the metadata. A zero ends a struct and a number, so that a reader that has lost its place stops there.
    /// </summary>
    const int Padding = 1 << 16;

    /// <summary>The file with zeros behind its metadata.</summary>
    /// <returns>Null where the metadata are cut, or their lengths are false.</returns>
    public static byte[]? Padded(byte[] bytes)
    {
        if (bytes.Length < 2 * Tail)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - Tail));
        if (length < 1 || length > bytes.Length - Tail - 4)
            return null;
        var at = 0;
        var metadata = bytes.AsSpan(bytes.Length - Tail - length, length);
        if (!Struct(metadata, ref at, 0))
            return null;
        var padded = new byte[bytes.Length + Padding];
        bytes.AsSpan(0, bytes.Length - Tail).CopyTo(padded);
        BinaryPrimitives.WriteInt32LittleEndian(padded.AsSpan(padded.Length - Tail), length + Padding);
        "PAR1"u8.CopyTo(padded.AsSpan(padded.Length - 4));
        return padded;
    }

    static bool Struct(ReadOnlySpan<byte> bytes, ref int at, int depth)
    {
        while (depth <= Deepest && at < bytes.Length)
        {
            var field = bytes[at++];
            if (field == 0)
                return true;
            // A field whose number does not follow shortly gives the number itself.
            if (field >> 4 == 0 && Number(bytes, ref at) is null || !Value(bytes, ref at, field & 0xF, depth, inField: true))
                return false;
        }
        return false;
    }

    static bool Value(ReadOnlySpan<byte> bytes, ref int at, int type, int depth, bool inField) =>
        type switch
        {
            1 or 2 => inField || Skip(bytes, ref at, 1), // the value of a field is its type
            3 => Skip(bytes, ref at, 1),
            4 or 5 or 6 => Number(bytes, ref at) is not null,
            7 => Skip(bytes, ref at, 8),
            8 => Number(bytes, ref at) is { } length && Skip(bytes, ref at, length),
            9 or 10 => List(bytes, ref at, depth),
            12 => Struct(bytes, ref at, depth + 1),
            _ => false, // maps do not occur in Parquet's metadata
        };

    static bool List(ReadOnlySpan<byte> bytes, ref int at, int depth)
    {
        if (at >= bytes.Length)
            return false;
        var head = bytes[at++];
        var count = head >> 4 < 15 ? (ulong)(head >> 4) : Number(bytes, ref at);
        if (count is null || count > (ulong)(bytes.Length - at))
            return false;
        for (var i = 0UL; i < count; i++)
            if (!Value(bytes, ref at, head & 0xF, depth + 1, inField: false))
                return false;
        return true;
    }

    static bool Skip(ReadOnlySpan<byte> bytes, ref int at, ulong length)
    {
        if (length > (ulong)(bytes.Length - at))
            return false;
        at += (int)length;
        return true;
    }

    /// <summary>A number of up to ten bytes of seven bits each.</summary>
    static ulong? Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; shift < 70 && at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return number;
        }
        return null;
    }
}
