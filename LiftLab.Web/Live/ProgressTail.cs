using System.Text.Json;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live;

/// <summary>
/// Reads what a drawing reports, a file of JSON lines, while its job writes it. A line counts once its newline is written; damaged lines
/// are left out.
/// </summary>
sealed class ProgressTail(string file)
{
    long offset;

    public string File { get; } = file;

    /// <summary>The lines written since the last call; empty where there is no file.</summary>
    public IReadOnlyList<BoundaryProgress> Read()
    {
        byte[] bytes;
        try
        {
            using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Position = offset;
            bytes = new byte[Math.Max(0, stream.Length - offset)];
            bytes = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        offset += whole;
        var lines = new List<BoundaryProgress>();
        foreach (var range in bytes.AsSpan(0, whole).Split((byte)'\n'))
            if (Parse(bytes.AsSpan()[range]) is { } line)
                lines.Add(line);
        return lines;
    }

    static BoundaryProgress? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize<BoundaryProgress>(line, RunJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
