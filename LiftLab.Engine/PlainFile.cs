namespace LiftLab.Engine;

/// <summary>
/// Reads files of folders in which anything may lie. A file of length 0 is read as empty without being opened: opening a named pipe blocks,
/// and a device may have no end.
/// </summary>
public static class PlainFile
{
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    public static Stream Open(string path) =>
        IsEmpty(path) ? new MemoryStream([], writable: false) : new FileStream(path, FileMode.Open, FileAccess.Read, Shared);

    /// <inheritdoc cref="Open"/>
    public static byte[] Bytes(string path) => IsEmpty(path) ? [] : File.ReadAllBytes(path);

    /// <inheritdoc cref="Open"/>
    public static string Text(string path) => IsEmpty(path) ? "" : File.ReadAllText(path);

    /// <summary>Another process may write to the file or rename it meanwhile.</summary>
    const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    /// <summary>Whether the file, or the file that a link names, has the length 0, as named pipes, sockets and devices have.</summary>
    static bool IsEmpty(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return false; // opening it says so
        var read = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return read is { Exists: true, Length: 0 };
    }
}
