using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Learning.Kept;

/// <summary>Reads files of <see cref="KeptWriter"/>. <see cref="Open(string, string)"/> checks the whole file.</summary>
public sealed class KeptReader
{
    readonly string file,
        prefix;
    readonly IReadOnlyDictionary<string, Array> arrays;

    KeptReader(string file, string prefix, IReadOnlyDictionary<string, Array> arrays) =>
        (this.file, this.prefix, this.arrays) = (file, prefix, arrays);

    /// <param name="kind">The name of the learner whose model the file must contain.</param>
    /// <exception cref="KeptModelException">The file is missing, damaged, of a newer version, or contains a model of another
    /// learner.</exception>
    public static KeptReader Open(string file, string kind)
    {
        if (!File.Exists(file))
            throw KeptModelException.Missing(file);
        try
        {
            using var stream = File.OpenRead(file);
            return Open(stream, file, kind);
        }
        catch (Exception e)
            when (e is BadContentException or InvalidDataException or EndOfStreamException or JsonException or OverflowException)
        {
            throw KeptModelException.Damaged(file, Why(e), e);
        }
    }

    static string Why(Exception e) =>
        e switch
        {
            BadContentException own => own.Message,
            EndOfStreamException => "it ends too early",
            JsonException => "its directory is not valid JSON",
            _ => "its compressed content cannot be read",
        };

    /// <param name="why">A clause without a final stop.</param>
    sealed class BadContentException(string why) : Exception(why);

    static KeptReader Open(FileStream stream, string file, string kind)
    {
        Span<byte> start = stackalloc byte[KeptFile.Magic.Length];
        stream.ReadExactly(start);
        if (!start.SequenceEqual(KeptFile.Magic))
            throw new BadContentException("it does not begin with the mark of a kept model");
        if (ReadInt(stream) is var version && version != KeptFile.Version)
            throw new KeptModelException(
                "kept-version",
                FormattableString.Invariant($"'{file}' has version {version} of the format, and this program reads {KeptFile.Version}"),
                "Open it with a newer LiftLab."
            );
        using var packed = new GZipStream(stream, CompressionMode.Decompress);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var hashed = new HashedStream(packed, hash);
        var length = ReadInt(hashed);
        if (length < 2 || length > KeptFile.Chunk * 16)
            throw new BadContentException("the length of its directory is out of range");
        var json = new byte[length];
        hashed.ReadExactly(json);
        var directory = JsonSerializer.Deserialize<KeptFile.Contents>(json) ?? throw new BadContentException("its directory is empty");
        var arrays = new Dictionary<string, Array>(StringComparer.Ordinal);
        foreach (var entry in directory.Arrays)
            arrays[entry.Name] = Read(hashed, entry);
        var sum = hash.GetHashAndReset();
        Span<byte> stored = stackalloc byte[sum.Length];
        packed.ReadExactly(stored);
        if (!stored.SequenceEqual(sum))
            throw new BadContentException("its checksum does not match its content");
        if (directory.Kind != kind)
            throw new KeptModelException(
                "kept-foreign",
                $"'{file}' contains a model of '{directory.Kind}' instead of '{kind}'",
                "Copy the run folder again, or delete the file's folder: the learner is then fitted again."
            );
        return new(file, "", arrays);
    }

    /// <summary>A part of the model; its names have the part's name as prefix.</summary>
    public KeptReader Under(string part) => new(file, $"{prefix}{part}/", arrays);

    public bool Has(string name) => arrays.ContainsKey(prefix + name);

    public T[] Array<T>(string name)
        where T : unmanaged =>
        arrays.TryGetValue(prefix + name, out var array) && array is T[] values
            ? values
            : throw KeptModelException.Damaged(file, $"it has no '{prefix}{name}' of type {KeptFile.TypeOf<T>()}");

    public double Number(string name) => One<double>(name);

    public double? NumberOrNull(string name) => Array<double>(name) is [var value] ? value : null;

    public int Whole(string name) => One<int>(name);

    public bool Flag(string name) => One<int>(name) != 0;

    public string Text(string name) => new(Array<char>(name));

    public string[] Texts(string name) => [.. Rows<char>(name).Select(c => new string(c))];

    /// <summary>Rows of different lengths.</summary>
    public T[][] Rows<T>(string name)
        where T : unmanaged
    {
        var (all, lengths) = (Array<T>(name), Array<int>(name + ".lengths"));
        var rows = new T[lengths.Length][];
        var at = 0;
        for (var i = 0; i < rows.Length; at += lengths[i++])
            rows[i] = all[at..(at + lengths[i])];
        return rows;
    }

    public JsonObject Json(string name) => JsonNode.Parse(Text(name))!.AsObject();

    T One<T>(string name)
        where T : unmanaged =>
        Array<T>(name) is [var value] ? value : throw KeptModelException.Damaged(file, $"'{prefix}{name}' is not one number");

    static Array Read(Stream stream, KeptFile.Entry entry) =>
        entry.Count < 0
            ? throw new BadContentException($"the length of '{entry.Name}' is out of range")
            : entry.Type switch
            {
                "f64" => Read<double>(stream, entry.Count),
                "f32" => Read<float>(stream, entry.Count),
                "i32" => Read<int>(stream, entry.Count),
                "u16" => Read<char>(stream, entry.Count),
                "u8" => Read<byte>(stream, entry.Count),
                var other => throw new BadContentException($"'{entry.Name}' has the unknown type '{other}'"),
            };

    /// <summary>Allocates as the bytes are read, so that a damaged length cannot exhaust memory.</summary>
    static T[] Read<T>(Stream stream, int count)
        where T : unmanaged
    {
        var each = KeptFile.Chunk / Unsafe.SizeOf<T>();
        var values = new T[Math.Min(count, each)];
        for (var at = 0; at < count; )
        {
            if (at == values.Length)
                System.Array.Resize(ref values, (int)Math.Min(count, 2L * at));
            var part = values.AsSpan(at, Math.Min(each, values.Length - at));
            stream.ReadExactly(MemoryMarshal.AsBytes(part));
            at += part.Length;
        }
        return values;
    }

    static int ReadInt(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[4];
        stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }
}
