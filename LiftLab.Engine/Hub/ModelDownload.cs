using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Hub;

/// <summary>What a download will do, known before the first byte of weights.</summary>
/// <param name="Folder">Where the model will lie; it appears when all of it is there and checked.</param>
/// <param name="Present">Bytes an earlier, interrupted download left.</param>
public sealed record DownloadPlan(HubModel Model, IReadOnlyList<HubFile> Files, string Folder, long Present)
{
    public long Bytes => Files.Sum(f => f.Size);
}

/// <summary>How far a download is.</summary>
/// <param name="Doing">The file in hand, or what is being done to it.</param>
/// <param name="Done">Bytes of all files, those of earlier tries included.</param>
public sealed record DownloadProgress(string Doing, long Done, long Total);

/// <summary>
/// Fetches a model into a folder of models. Files arrive beside it under <c>.downloading</c>, go on where they stopped, are checked
/// against the hub's hashes, and become the model by one rename. Two downloads of one model never run at once, also in two processes.
/// </summary>
/// <param name="models">The folder of models.</param>
/// <param name="freeBytes">Free space where a path lies; by default what the file system says.</param>
public sealed class ModelDownload(HubClient hub, string models, Func<string, long>? freeBytes = null)
{
    /// <summary>Says where the model came from; written beside it.</summary>
    public const string SourceFile = "lift-source.json";

    internal const string Staging = ".downloading";
    const long Margin = 256L << 20;

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Asks the hub what the model consists of. The architecture is checked before anything large is fetched.</summary>
    /// <exception cref="HubException">It cannot be had, or is no model of this kind.</exception>
    /// <exception cref="ModelFolderException">Its architecture is not known here.</exception>
    public async Task<(DownloadPlan Plan, ModelConfig Config)> PlanAsync(
        string id,
        string revision = "main",
        CancellationToken cancel = default
    )
    {
        var model = await hub.FindAsync(id, revision, cancel);
        var files = HubFileChoice.Choose(model);
        var folder = FolderOf(models, model.Id);
        using var response = await hub.OpenAsync(model, files.First(f => f.Name == ModelFolder.ConfigFile), 0, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        try
        {
            var config = ModelConfig.Parse(JsonNode.Parse(text) as JsonObject ?? throw new JsonException("not an object"));
            return (new(model, files, folder, files.Sum(f => Present(StagingOf(folder), f))), config);
        }
        catch (JsonException e)
        {
            throw new HubException(
                "not-a-model",
                $"{id} has a config.json that cannot be read: {e.Message}",
                "Choose another model, or another revision.",
                e
            );
        }
    }

    /// <summary>Fetches what the plan says. Started again after an interruption, it goes on.</summary>
    /// <returns>The model's folder.</returns>
    /// <exception cref="HubException">Refused, offline, disk full, wrong checksum, or already running.</exception>
    public async Task<string> RunAsync(DownloadPlan plan, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        if (Directory.Exists(plan.Folder))
            throw new HubException("already-there", $"'{plan.Folder}' exists already", "Delete it first to fetch the model anew.");
        var staging = StagingOf(plan.Folder);
        try
        {
            Directory.CreateDirectory(staging);
            using var alone = Claim(staging, plan.Model.Id);
            DemandSpace(plan, staging);
            var account = new DownloadAccount(plan.Bytes, progress);
            await Parallel.ForEachAsync(
                plan.Files.OrderBy(f => f.Size),
                new ParallelOptions { MaxDegreeOfParallelism = hub.Options.Parallel, CancellationToken = cancel },
                async (file, stop) => await new FileDownload(hub, plan.Model, file, staging, account).RunAsync(stop)
            );
            WriteSource(plan, staging);
            Directory.Move(staging, plan.Folder);
            return plan.Folder;
        }
        catch (IOException e) when (IsFull(e))
        {
            throw new HubException(
                "disk-full",
                $"the disk is full: {e.Message}",
                "Make space and start the download again; it goes on where it stopped.",
                e
            );
        }
    }

    /// <summary>Removes what an interrupted download left.</summary>
    public static void Forget(string models, string id)
    {
        var staging = StagingOf(FolderOf(models, id));
        if (!Directory.Exists(staging))
            return;
        using (Claim(staging, id))
            Directory.Delete(staging, recursive: true);
        File.Delete(staging + ".lock");
    }

    /// <summary>Interrupted downloads in a folder of models: the model's name and the bytes that are there.</summary>
    public static IReadOnlyList<(string Id, long Bytes)> Interrupted(string models)
    {
        var staging = Path.Combine(models, Staging);
        return !Directory.Exists(staging)
            ? []
            :
            [
                .. new DirectoryInfo(staging)
                    .EnumerateDirectories()
                    .OrderBy(d => d.Name, StringComparer.Ordinal)
                    .Select(d => (NameOf(d.Name), d.EnumerateFiles().Sum(f => f.Length))),
            ];
    }

    internal static string FolderOf(string models, string id) =>
        Path.Combine(Path.GetFullPath(models), id.Replace("/", "--", StringComparison.Ordinal));

    internal static string NameOf(string folderName) => folderName.Replace("--", "/", StringComparison.Ordinal);

    static string StagingOf(string folder) => Path.Combine(Path.GetDirectoryName(folder)!, Staging, Path.GetFileName(folder));

    static long Present(string staging, HubFile file) =>
        new[] { Path.Combine(staging, file.Name), FileDownload.Part(staging, file) }
            .Where(File.Exists)
            .Select(p => Math.Min(new FileInfo(p).Length, file.Size))
            .FirstOrDefault();

    static FileStream Claim(string staging, string id)
    {
        try
        {
            return new(staging + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e) when (!IsFull(e))
        {
            throw new HubException("already-running", $"{id} is being downloaded already", "Wait for that download, or cancel it.", e);
        }
    }

    void DemandSpace(DownloadPlan plan, string staging)
    {
        var (needed, free) = (
            plan.Bytes - plan.Files.Sum(f => Present(staging, f)),
            (freeBytes ?? (path => new DriveInfo(path).AvailableFreeSpace))(staging)
        );
        if (free < needed + Margin)
            throw new HubException(
                "disk-full",
                $"{plan.Model.Id} needs {ByteWords.Of(needed)} more and the disk has {ByteWords.Of(free)} free",
                "Make space, or choose another folder for models."
            );
    }

    void WriteSource(DownloadPlan plan, string staging) =>
        File.WriteAllText(
            Path.Combine(staging, SourceFile),
            new JsonObject
            {
                ["model"] = plan.Model.Id,
                ["revision"] = plan.Model.Revision,
                ["commit"] = plan.Model.Commit,
                ["licence"] = plan.Model.Licence,
                ["from"] = hub.Options.Endpoint.AbsoluteUri,
                ["fetched"] = hub.Time.GetUtcNow().ToString("u", System.Globalization.CultureInfo.InvariantCulture),
                ["files"] = new JsonObject(plan.Files.Select(f => KeyValuePair.Create(f.Name, (JsonNode?)(f.Sha256 ?? f.BlobSha1)))),
            }.ToJsonString(Indented) + "\n"
        );

    // ENOSPC and EDQUOT on Linux, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows
    internal static bool IsFull(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 0x70 or 0x27 : e.HResult is 28 or 122;
}
