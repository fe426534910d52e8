namespace LiftLab.Engine;

/// <summary>
/// Appends lines to a file to which other processes append too, also on a network file system. <see cref="FileMode.Append"/> does not do:
/// it seeks to the end when it opens the file and writes there, so that two processes overwrite each other's lines; and NFS has no
/// atomic append. Writers take turns by a lock on <c>FILE.turn</c>, and open the file within their turn, so that NFS gives its true end.
/// </summary>
public static class SharedLines
{
    /// <summary>Threads of this process wait here, not for the file.</summary>
    static readonly Lock Gate = new();

    /// <summary>Appends one line. A line that a crash has cut off ends before it.</summary>
    /// <param name="line">Without a newline.</param>
    /// <exception cref="IOException">The disk is full, which leaves the file as it was, or another process keeps its turn.</exception>
    public static void Add(string file, ReadOnlySpan<byte> line)
    {
        lock (Gate)
        {
            using var turn = FileTurn.Take(file + ".turn");
            using var stream = new FileStream(
                file,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0
            );
            var end = stream.Length;
            byte[] bytes = IsCutOff(stream) ? [(byte)'\n', .. line, (byte)'\n'] : [.. line, (byte)'\n'];
            try
            {
                stream.Position = end;
                stream.Write(bytes);
            }
            catch (IOException)
            {
                stream.SetLength(end);
                throw;
            }
        }
    }

    static bool IsCutOff(FileStream stream)
    {
        if (stream.Length == 0)
            return false;
        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() != '\n';
    }
}
