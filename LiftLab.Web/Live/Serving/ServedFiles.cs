using System.Security.Cryptography;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// Files that clients have uploaded, each in a folder of its own (<c>openai-files/ID</c> in the lab's folder) that appears complete. A job
/// copies what it learns from, so that a file can be deleted at any time.
/// </summary>
public sealed class ServedFiles(LabFolder lab, TimeProvider clock) : IDisposable
{
    const string Card = "file.json",
        Content = "content";

    readonly SemaphoreSlim gate = new(1, 1);

    string Root => Path.Combine(lab.Path, "openai-files");

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ServedFile> List() =>
        !Directory.Exists(Root)
            ? []
            :
            [
                .. Directory
                    .EnumerateDirectories(Root, "file-*")
                    .Select(Read)
                    .OfType<ServedFile>()
                    .OrderByDescending(f => f.Created)
                    .ThenByDescending(f => f.Id, StringComparer.Ordinal),
            ];

    /// <exception cref="ServingException">There is no such file.</exception>
    public ServedFile Find(string id) => (RunId.IsSafe(id) ? Read(Path.Combine(Root, id)) : null) ?? throw Missing(id);

    /// <summary>The path of a file's content.</summary>
    /// <exception cref="ServingException">There is no such file.</exception>
    public string PathOf(string id) => Path.Combine(Root, Find(id).Id, Content);

    /// <summary>Stores a file. A repeated idempotency key gives the file that it has stored before.</summary>
    /// <param name="content">Read to its end.</param>
    /// <exception cref="IOException">The disk is full, or the upload broke off; nothing is left then.</exception>
    public async Task<ServedFile> AddAsync(string name, string purpose, Stream content, string? key, CancellationToken cancel)
    {
        Visitor.Demand(Role.Run, "upload a file");
        await gate.WaitAsync(cancel);
        try
        {
            if (key is not null && List().FirstOrDefault(f => f.IdempotencyKey == key) is { } known)
                return known;
            var id = "file-" + RandomNumberGenerator.GetHexString(24, lowercase: true);
            var half = Path.Combine(Root, ".new-" + id);
            Directory.CreateDirectory(half);
            try
            {
                long bytes;
                await using (var into = new FileStream(Path.Combine(half, Content), FileMode.CreateNew))
                {
                    await content.CopyToAsync(into, cancel);
                    bytes = into.Length;
                    into.Flush(flushToDisk: true);
                }
                var file = new ServedFile(id, name, purpose, bytes, clock.GetUtcNow(), key);
                RunFolder.WriteWhole(Path.Combine(half, Card), stream => JsonSerializer.Serialize(stream, file, RunJson.Pretty));
                Directory.Move(half, Path.Combine(Root, id));
                return file;
            }
            catch
            {
                Directory.Delete(half, recursive: true);
                throw;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <exception cref="ServingException">There is no such file.</exception>
    public void Delete(string id)
    {
        Visitor.Demand(Role.Run, "delete a file");
        Visitor.Note($"delete {id}");
        Directory.Delete(Path.Combine(Root, Find(id).Id), recursive: true);
    }

    static ServedFile? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ServedFile>(File.ReadAllText(Path.Combine(path, Card)), RunJson.Line);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public static ServingException Missing(string id) => new(404, $"No such File object: {id}", "id");

    public void Dispose() => gate.Dispose();
}
