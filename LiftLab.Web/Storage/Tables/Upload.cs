namespace LiftLab.Web.Storage.Tables;

/// <summary>A file that was received and is no dataset yet. It is deleted when this is disposed of, and at the next start.</summary>
public sealed class Upload : IDisposable
{
    readonly string folder;

    /// <param name="folder">A folder of its own.</param>
    /// <param name="storedAs">The name of the file in it.</param>
    /// <param name="fileName">As the browser gave it, for display only.</param>
    internal Upload(string folder, string storedAs, string fileName)
    {
        (this.folder, FileName) = (folder, fileName);
        Directory.CreateDirectory(folder);
        File = Path.Combine(folder, storedAs);
    }

    public string FileName { get; }

    public string File { get; }

    public long Bytes { get; internal set; }

    /// <summary>Whether it begins as workbooks do, so that it has sheets and no delimiter.</summary>
    public bool IsWorkbook
    {
        get
        {
            Span<byte> start = stackalloc byte[4];
            using var file = System.IO.File.OpenRead(File);
            return file.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4
                && (start.SequenceEqual("PK\u0003\u0004"u8) || start.SequenceEqual((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]));
        }
    }

    /// <summary>Moves the file into a dataset's folder.</summary>
    internal void MoveTo(string target)
    {
        Directory.CreateDirectory(target);
        // The file and not its folder: the datasets may lie on another disk, to which only files can be moved.
        System.IO.File.Move(File, Path.Combine(target, Path.GetFileName(File)));
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
