using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Files;

/// <summary>Location of a tensor in a safetensors file.</summary>
/// <param name="Offset">Bytes from the start of the file.</param>
public sealed record TensorEntry(string Name, ScalarType Dtype, long[] Shape, long Offset, long Bytes);

/// <summary>
/// The safetensors format: 8 bytes little-endian header length, a JSON header of name → dtype, shape, [begin, end), then the data. Source:
/// the format description of the safetensors library. Every size in the header is checked against the length of the file.
/// </summary>
public sealed class SafeTensors : IDisposable
{
    const long LargestHeader = 16 << 20;
    readonly FileStream file;

    SafeTensors(FileStream file, IReadOnlyList<TensorEntry> entries, IReadOnlyDictionary<string, string> metadata) =>
        (this.file, Entries, Metadata) = (file, entries, metadata);

    /// <summary>Entries in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="ModelFolderException">The file is not in this format, is truncated, or declares wrong sizes.</exception>
    public static SafeTensors Open(string path)
    {
        FileStream file;
        try
        {
            file = BoundedFile.Open(path);
        }
        catch (UnreadableFileException e)
        {
            throw Unreadable(path, e);
        }
        try
        {
            Span<byte> size = stackalloc byte[8];
            if (file.Length < 8)
                throw Broken(path, "it is shorter than a header");
            file.ReadExactly(size);
            var header = BinaryPrimitives.ReadInt64LittleEndian(size);
            if (header is < 2 or > LargestHeader || header > file.Length - 8)
                throw Broken(
                    path,
                    size[0] == '<'
                        ? "it is a web page and not weights"
                        : $"its header claims {header} bytes and the file has {file.Length}: it is cut, or not in this format"
                );
            var text = new byte[header];
            file.ReadExactly(text);
            var (entries, metadata) = Parse(path, text, 8 + header, file.Length);
            return new(file, entries, metadata);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor to the CPU in its stored dtype.</summary>
    public Tensor Read(TensorEntry entry, CancellationToken cancel = default)
    {
        var tensor = empty(entry.Shape, entry.Dtype);
        if (entry.Bytes == 0)
            return tensor;
        file.Position = entry.Offset;
        tensor.ReadBytesFromStream(new CancellableStream(file, cancel), 1 << 20);
        return tensor;
    }

    /// <summary>Writes tensors in the given order.</summary>
    public static void Write(
        Stream to,
        IEnumerable<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        (string Name, Tensor Value)[] list = [.. tensors];
        var header = new JsonObject();
        if (metadata is not null)
        {
            var words = new JsonObject();
            foreach (var (key, value) in metadata)
                words[key] = value;
            header["__metadata__"] = words;
        }
        long at = 0;
        foreach (var (name, value) in list)
        {
            var bytes = value.numel() * value.element_size();
            header[name] = new JsonObject
            {
                ["dtype"] = SafeTensorDtype.Write(value.dtype),
                ["shape"] = new JsonArray([.. value.shape.Select(n => (JsonNode)n)]),
                ["data_offsets"] = new JsonArray(at, at + bytes),
            };
            at += bytes;
        }
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var padded = (text.Length + 7) / 8 * 8; // the header is padded with spaces, so that the data is aligned to 8 bytes
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(size, padded);
        to.Write(size);
        to.Write(text);
        for (var i = text.Length; i < padded; i++)
            to.WriteByte((byte)' ');
        foreach (var (_, value) in list)
        {
            using var scope = NewDisposeScope();
            if (value.numel() > 0)
                value.detach().cpu().contiguous().WriteBytesToStream(to, 1 << 20);
        }
    }

    static (List<TensorEntry>, Dictionary<string, string>) Parse(string path, byte[] text, long dataStart, long length)
    {
        JsonObject header;
        try
        {
            header = BoundedFile.ParseObject(Encoding.UTF8.GetString(text));
        }
        catch (UnreadableFileException e)
        {
            throw Broken(path, "its header is wrong: " + e.Message);
        }
        var (entries, metadata) = (new List<TensorEntry>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (name, node) in header)
        {
            try
            {
                if (name == "__metadata__")
                {
                    foreach (var (key, value) in node!.AsObject())
                        metadata[key] = value!.GetValue<string>();
                    continue;
                }
                var word = node!["dtype"]!.GetValue<string>();
                if (SafeTensorDtype.IsPacked(word))
                    throw QuantisedStore.Refusal($"tensor '{name}' is stored as {word}");
                var (dtype, size) = SafeTensorDtype.Read(word);
                long[] shape = [.. node["shape"]!.AsArray().Select(n => n!.GetValue<long>())];
                long begin = node["data_offsets"]![0]!.GetValue<long>(),
                    end = node["data_offsets"]![1]!.GetValue<long>();
                if (shape.Any(n => n < 0))
                    throw Broken(path, $"tensor '{name}' has a negative size");
                var bytes = checked(shape.Aggregate(1L, (product, n) => checked(product * n)) * size);
                if (begin < 0 || end < begin || end > length - dataStart)
                    throw Broken(path, $"tensor '{name}' lies outside the file, which may be truncated");
                if (bytes != end - begin)
                    throw Broken(path, $"tensor '{name}' needs {bytes} bytes and has {end - begin}");
                entries.Add(new(name, dtype, shape, dataStart + begin, bytes));
            }
            catch (Exception e)
                when (e
                        is InvalidOperationException
                            or FormatException
                            or NullReferenceException
                            or OverflowException
                            or ArgumentOutOfRangeException
                )
            {
                throw Broken(path, $"the entry of tensor '{name}' cannot be read: {BoundedFile.Reason(e)}");
            }
        }
        entries.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        TensorEntry[] filled = [.. entries.Where(e => e.Bytes > 0)];
        foreach (var (before, after) in filled.Zip(filled.Skip(1)))
            if (after.Offset < before.Offset + before.Bytes)
                throw Broken(path, $"the tensors '{before.Name}' and '{after.Name}' overlap");
        return (entries, metadata);
    }

    internal static ModelFolderException Broken(string path, string why) =>
        new("weights-broken", $"{Path.GetFileName(path)} cannot be read: {why}", "Get the file again.");

    internal static ModelFolderException Unreadable(string path, UnreadableFileException e) =>
        new("weights-broken", $"{Path.GetFileName(path)} cannot be read: {e.Message}", e.WhatToDo, e);

    public void Dispose() => file.Dispose();
}

/// <summary>The format's dtype names and their sizes in bytes.</summary>
static class SafeTensorDtype
{
    static readonly (string Word, ScalarType Type, int Bytes)[] Known =
    [
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("F64", ScalarType.Float64, 8),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("I16", ScalarType.Int16, 2),
        ("I32", ScalarType.Int32, 4),
        ("I64", ScalarType.Int64, 8),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Whether the format uses this name for numbers of fewer than 16 bits with a scale elsewhere.</summary>
    public static bool IsPacked(string word) =>
        word.StartsWith("F8", StringComparison.Ordinal)
        || word.StartsWith("F6", StringComparison.Ordinal)
        || word.StartsWith("F4", StringComparison.Ordinal)
        || word.StartsWith("U16", StringComparison.Ordinal)
        || word.StartsWith("U32", StringComparison.Ordinal)
        || word.StartsWith("U64", StringComparison.Ordinal);

    public static (ScalarType Type, int Bytes) Read(string word) =>
        Known.FirstOrDefault(k => k.Word == word) is { Word: not null } k
            ? (k.Type, k.Bytes)
            : throw new FormatException($"number type '{word}' is not known; known are {string.Join(", ", Known.Select(n => n.Word))}");

    public static string Write(ScalarType type) => Known.First(k => k.Type == type).Word;
}
