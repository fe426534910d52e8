using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Learning.Kept;

/// <summary>
/// Collects named numbers, arrays and texts of a fitted model and writes them as one file (<see cref="KeptFile"/>). Arrays are not copied:
/// do not change them before the file is written.
/// </summary>
public sealed class KeptWriter
{
    readonly string prefix;
    readonly List<(KeptFile.Entry Entry, Action<Stream> Write)> arrays;

    public KeptWriter()
        : this("", []) { }

    KeptWriter(string prefix, List<(KeptFile.Entry, Action<Stream>)> arrays) => (this.prefix, this.arrays) = (prefix, arrays);

    /// <summary>A part of the model; its names get the part's name as prefix.</summary>
    public KeptWriter Under(string part) => new($"{prefix}{part}/", arrays);

    /// <param name="values">Of double, float, int, char or byte.</param>
    public void Put<T>(string name, T[] values)
        where T : unmanaged => arrays.Add((new(prefix + name, KeptFile.TypeOf<T>(), values.Length), stream => Write(stream, values)));

    public void Put(string name, double value) => Put(name, [value]);

    /// <summary>A number that can be absent; absent is stored differently from NaN.</summary>
    public void Put(string name, double? value) => Put(name, value is { } v ? [v] : Array.Empty<double>());

    public void Put(string name, int value) => Put(name, [value]);

    public void Put(string name, bool value) => Put(name, [value ? 1 : 0]);

    public void Put(string name, string text) => Put(name, text.ToCharArray());

    /// <summary>Texts with any characters, stored as UTF-16.</summary>
    public void Put(string name, IReadOnlyList<string> texts)
    {
        Put(name + ".lengths", [.. texts.Select(t => t.Length)]);
        Put(name, string.Concat(texts));
    }

    /// <summary>Rows of different lengths.</summary>
    public void Put<T>(string name, IReadOnlyList<T[]> rows)
        where T : unmanaged
    {
        Put(name + ".lengths", [.. rows.Select(r => r.Length)]);
        Put<T>(name, [.. rows.SelectMany(r => r)]);
    }

    public void Put(string name, JsonObject json) => Put(name, json.ToJsonString());

    /// <summary>Writes the file and flushes it to the disk. Not atomic: the caller renames its folder afterwards.</summary>
    /// <param name="kind">The learner's name, which the reader must give.</param>
    public void Save(string file, string kind)
    {
        using var stream = new FileStream(file, FileMode.Create);
        stream.Write(KeptFile.Magic);
        WriteInt(stream, KeptFile.Version);
        using (var packed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
        {
            var hashed = new HashedStream(packed, hash);
            var directory = JsonSerializer.SerializeToUtf8Bytes(new KeptFile.Contents(kind, [.. arrays.Select(a => a.Entry)]));
            WriteInt(hashed, directory.Length);
            hashed.Write(directory);
            foreach (var (_, write) in arrays)
                write(hashed);
            packed.Write(hash.GetHashAndReset());
        }
        stream.Flush(flushToDisk: true);
    }

    static void Write<T>(Stream stream, T[] values)
        where T : unmanaged
    {
        var each = KeptFile.Chunk / Unsafe.SizeOf<T>();
        for (var at = 0; at < values.Length; at += each)
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan(at, Math.Min(each, values.Length - at))));
    }

    static void WriteInt(Stream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        stream.Write(bytes);
    }
}
