using System.Security.Cryptography;

namespace LiftLab.Engine.Learning.Kept;

/// <summary>
/// The file format of kept models. All numbers are little-endian. The 8 bytes "LIFTKEPT" and a version (int32) are followed by a gzip
/// stream of: the byte length of the directory (int32), the directory, the bytes of its arrays one after the other, and the SHA-256 of
/// all that. The directory is JSON in UTF-8: the kind of model and the name, element type and length of each array. Floating-point
/// numbers are stored as their bits, so that an opened model computes with the numbers that it was fitted with.
/// </summary>
static class KeptFile
{
    public const int Version = 1;

    /// <summary>Maximum number of bytes in one read or write of a stream.</summary>
    public const int Chunk = 1 << 20;

    public static ReadOnlySpan<byte> Magic => "LIFTKEPT"u8;

    /// <summary>Element types by their name in the directory.</summary>
    public static IReadOnlyDictionary<string, Type> Types { get; } =
        new Dictionary<string, Type>(StringComparer.Ordinal)
        {
            ["f64"] = typeof(double),
            ["f32"] = typeof(float),
            ["i32"] = typeof(int),
            ["u16"] = typeof(char),
            ["u8"] = typeof(byte),
        };

    public static string TypeOf<T>() => Types.First(t => t.Value == typeof(T)).Key;

    /// <summary>The directory: kind of model, and the arrays in the order of their bytes.</summary>
    public sealed record Contents(string Kind, IReadOnlyList<Entry> Arrays);

    /// <param name="Count">Number of elements.</param>
    public sealed record Entry(string Name, string Type, int Count);

    /// <summary>SHA-256 of a file's content, as lower-case hexadecimal digits.</summary>
    public static string Sum(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
