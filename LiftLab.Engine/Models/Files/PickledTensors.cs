using System.IO.Compression;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Files;

/// <summary>Location of a tensor in a pickle checkpoint.</summary>
/// <param name="Storage">Name of the archive member that contains the data.</param>
/// <param name="First">Index of the first element inside the storage.</param>
public sealed record PickledEntry(
    string Name,
    ScalarType Dtype,
    long[] Shape,
    long[] Strides,
    string Storage,
    long First,
    long StorageLength,
    int ElementBytes
)
{
    public long Bytes => Shape.Aggregate(1L, (a, b) => a * b) * ElementBytes;
}

/// <summary>
/// <c>pytorch_model.bin</c> as written by torch.save since PyTorch 1.6: a zip archive with a pickle of the dictionary and one member per
/// storage. <see cref="Unpickler"/> reads the pickle; it supports only tensors and containers and executes nothing.
/// </summary>
public sealed class PickledTensors : IDisposable
{
    const int LargestPickle = 32 << 20,
        Piece = 1 << 24;

    readonly ZipArchive archive;
    readonly string path,
        root;
    (string Name, byte[] Bytes)? lastStorage;

    PickledTensors(string path, ZipArchive archive, string root, IReadOnlyList<PickledEntry> entries) =>
        (this.path, this.archive, this.root, Entries) = (path, archive, root, entries);

    public IReadOnlyList<PickledEntry> Entries { get; }

    /// <exception cref="ModelFolderException">The file is not such an archive, or its pickle contains anything but tensors and
    /// containers.</exception>
    public static PickledTensors Open(string path)
    {
        FileStream file;
        try
        {
            file = BoundedFile.Open(path);
        }
        catch (UnreadableFileException e)
        {
            throw SafeTensors.Unreadable(path, e);
        }
        ZipArchive? archive = null;
        try
        {
            archive = new(file, ZipArchiveMode.Read);
            // the directory of the archive is read here, and may be damaged
            var pickle = archive.Entries.FirstOrDefault(e => e.Name == "data.pkl") ?? throw SafeTensors.Broken(path, "it has no data.pkl");
            return new(path, archive, pickle.FullName[..^"data.pkl".Length], new Unpickler(Contents(path, pickle)).ReadTensors());
        }
        catch (Exception e)
        {
            archive?.Dispose();
            file.Dispose();
            if (archive is null && e is InvalidDataException)
                throw new ModelFolderException(
                    "weights-broken",
                    $"{Path.GetFileName(path)} is not a zip archive: {BoundedFile.Reason(e)}",
                    "Get the file again, or a model.safetensors; checkpoints older than PyTorch 1.6 cannot be read.",
                    e
                );
            if (!IsDamage(e))
                throw;
            throw new ModelFolderException(
                "weights-broken",
                $"{Path.GetFileName(path)} cannot be read: {(e is InvalidOperationException or IndexOutOfRangeException ? "its pickle is truncated" : BoundedFile.Reason(e))}",
                "Get the file again, or a model.safetensors.",
                e
            );
        }
    }

    /// <summary>Whether an exception comes from the content of a file that is not what it claims to be.</summary>
    static bool IsDamage(Exception e) =>
        e
            is InvalidDataException
                or EndOfStreamException
                or IndexOutOfRangeException
                or InvalidCastException
                or NullReferenceException
                or KeyNotFoundException
                or ArgumentException
                or InvalidOperationException
                or NotSupportedException
                or OverflowException;

    // an archive can claim another length than it has
    static byte[] Contents(string path, ZipArchiveEntry pickle)
    {
        var bytes = new byte[Math.Min(pickle.Length, LargestPickle + 1)];
        using var stream = pickle.Open();
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read <= LargestPickle ? bytes[..read] : throw SafeTensors.Broken(path, "its data.pkl is too large to be a list of tensors");
    }

    public Tensor Read(PickledEntry entry, CancellationToken cancel = default)
    {
        if (lastStorage is not { } storage || storage.Name != entry.Storage)
        {
            var member =
                archive.GetEntry(root + "data/" + entry.Storage)
                ?? throw SafeTensors.Broken(path, $"tensor '{entry.Name}' has no storage '{entry.Storage}'");
            if (member.Length != entry.StorageLength * entry.ElementBytes)
                throw SafeTensors.Broken(
                    path,
                    $"storage '{entry.Storage}' has {member.Length} bytes and should have {entry.StorageLength * entry.ElementBytes}"
                );
            var bytes = new byte[member.Length];
            try
            {
                using var stream = member.Open();
                for (var at = 0; at < bytes.Length; at += Piece)
                {
                    cancel.ThrowIfCancellationRequested();
                    stream.ReadExactly(bytes, at, Math.Min(Piece, bytes.Length - at));
                }
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
            {
                throw SafeTensors.Broken(path, $"storage '{entry.Storage}': {e.Message}");
            }
            lastStorage = storage = (entry.Storage, bytes);
        }
        long last = entry.First;
        for (var i = 0; i < entry.Shape.Length; i++)
        {
            if (entry.Shape[i] < 0 || entry.Strides[i] < 0)
                throw SafeTensors.Broken(path, $"tensor '{entry.Name}' has a negative size");
            if (entry.Shape[i] > 0)
                last = checked(last + (entry.Shape[i] - 1) * entry.Strides[i]);
        }
        if (entry.First < 0 || last >= Math.Max(1, entry.StorageLength))
            throw SafeTensors.Broken(path, $"tensor '{entry.Name}' reaches beyond its storage");
        var whole = empty([entry.StorageLength], entry.Dtype);
        if (storage.Bytes.Length > 0)
            whole.ReadBytesFromStream(new MemoryStream(storage.Bytes), 1 << 20);
        return whole.as_strided(entry.Shape, entry.Strides, entry.First);
    }

    public void Dispose() => archive.Dispose();
}
