using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LiftLab.Engine;

/// <summary>Reads files of folders that other people made: the size is checked before a file is opened.</summary>
public static class BoundedFile
{
    /// <summary>Maximum bytes of settings such as config.json.</summary>
    public const long Settings = 16L << 20;

    /// <summary>Maximum bytes of a tokenizer's vocabulary.</summary>
    public const long Vocabulary = 96L << 20;

    const int PointerStart = 64;
    static readonly byte[] Pointer = "version https://git-lfs.github.com/spec/"u8.ToArray();

    /// <summary>Length in bytes of a file, or of the file that a link names; 0 for named pipes, sockets and devices.</summary>
    /// <exception cref="UnreadableFileException">It is a link that leads nowhere, or access is denied.</exception>
    public static long Length(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.LinkTarget is null ? file.Length
                : file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target ? target.Length
                : throw new UnreadableFileException("it is a link to a file that does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Denied(e);
        }
    }

    static UnreadableFileException Denied(Exception e) => new(Reason(e), "Check the file and its access rights.", e);

    /// <summary>Opens a file. Opening a named pipe would block, so a file of length 0 is not opened.</summary>
    /// <param name="most">Maximum length in bytes.</param>
    /// <exception cref="UnreadableFileException">It is empty, too large, or a Git LFS pointer.</exception>
    public static FileStream Open(string path, long most = long.MaxValue)
    {
        var length = Length(path);
        if (length == 0)
            throw new UnreadableFileException("it is empty, or is a named pipe or a device");
        if (length > most)
            throw new UnreadableFileException($"it has {ByteWords.Of(length)}, and at most {ByteWords.Of(most)} are read");
        FileStream file;
        try
        {
            file = File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Denied(e);
        }
        try
        {
            Span<byte> start = stackalloc byte[PointerStart];
            var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (start[..read].StartsWith(Pointer))
                throw new UnreadableFileException(
                    "it is a Git LFS pointer: the content itself was not fetched",
                    "Run 'git lfs pull' where the folder was cloned, or download the model again."
                );
            file.Position = 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="UnreadableFileException">It is empty, too large, or a Git LFS pointer.</exception>
    public static byte[] Read(string path, long most)
    {
        using var file = Open(path, most);
        var bytes = new byte[file.Length];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false); // shorter if the file was cut meanwhile
        return bytes.AsSpan(0, read).StartsWith(Encoding.UTF8.Preamble) ? bytes[3..read] : bytes[..read];
    }

    /// <exception cref="UnreadableFileException">It is empty, too large, a Git LFS pointer, or not a JSON object.</exception>
    public static JsonObject ReadObject(string path)
    {
        using var text = new StreamReader(new MemoryStream(Read(path, Settings)));
        return ParseObject(text.ReadToEnd());
    }

    /// <exception cref="UnreadableFileException">It is not a JSON object, or one that names an entry twice.</exception>
    public static JsonObject ParseObject(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new UnreadableFileException("it is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new UnreadableFileException(
                text.TrimStart().StartsWith('<') ? "it is a web page and not JSON" : "it is not JSON: " + Reason(e),
                inner: e
            );
        }
    }

    /// <summary>An exception's message about the content of a file, in words for people who do not know the code.</summary>
    internal static string Reason(Exception e) =>
        e switch
        {
            NullReferenceException or ArgumentNullException => "a part is missing or null",
            JsonException { LineNumber: { } line } => $"{Before(e.Message, " Path:", " LineNumber:").TrimEnd('.')} (line {line + 1})",
            _ => e.Message.TrimEnd('.'),
        };

    static string Before(string text, params IEnumerable<string> marks) =>
        marks.Aggregate(text, (before, mark) => before.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var at ? before[..at] : before);
}

/// <summary>A file cannot be read; the message gives the reason and does not name the file.</summary>
public sealed class UnreadableFileException(string why, string whatToDo = "Get the file again.", Exception? inner = null)
    : Exception(why, inner)
{
    public string WhatToDo { get; } = whatToDo;
}
