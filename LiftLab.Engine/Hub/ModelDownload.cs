using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Hub;

/// <summary>A planned download, known before any weights are downloaded.</summary>
/// <param name="Folder">Folder of the model; it is created when all files are complete and checked.</param>
/// <param name="Present">Bytes already present from an interrupted download.</param>
public sealed record DownloadPlan(HubModel Model, IReadOnlyList<HubFile> Files, string Folder, long Present)
{
    public long Bytes => Files.Sum(f => f.Size);
}

/// <summary>Progress of a download.</summary>
/// <param name="Doing">The current file, or the current activity.</param>
/// <param name="Done">Bytes of all files, including those of earlier tries.</param>
public sealed record DownloadProgress(string Doing, long Done, long Total);

/// <summary>
/// Downloads a model into the models folder. Files are written to a subfolder of <c>.downloading</c>, resumed after interruptions, checked
/// against the hub's hashes, and moved to their final place by one rename. A lock file prevents two simultaneous downloads of one model,
/// also across processes.
/// </summary>
/// <param name="models">The models folder.</param>
/// <param name="freeBytes">Returns the free bytes of a path's file system; null to ask the file system.</param>
public sealed class ModelDownload(HubClient hub, string models, Func<string, long>? freeBytes = null)
{
    /// <summary>File in the model's folder that records its source.</summary>
    public const string SourceFile = "lift-source.json";

    internal const string Staging = ".downloading";
    const long Margin = 256L << 20;

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads the model's file list from the hub and checks the architecture before any weights are downloaded.</summary>
    /// <exception cref="HubException">The model is not accessible, or is not a causal language model in Hugging Face layout.</exception>
    /// <exception cref="ModelFolderException">Its architecture is not supported.</exception>
    public async Task<(DownloadPlan Plan, ModelConfig Config)> PlanAsync(
        string id,
        string revision = "main",
        CancellationToken cancel = default
    )
    {
        var model = await hub.FindAsync(id, revision, cancel);
        if (HubFileChoice.AdapterAlone(model) is { } adapter)
            throw AdapterOnly(model, await hub.TextAsync(model, adapter, cancel));
        var files = HubFileChoice.Choose(model);
        var folder = FolderOf(models, model.Id);
        var text = await hub.TextAsync(model, files.First(f => f.Name == ModelFolder.ConfigFile), cancel);
        try
        {
            var config = ModelConfig.Parse(BoundedFile.ParseObject(text));
            return (new(model, files, folder, files.Sum(f => Present(StagingOf(folder), f))), config);
        }
        catch (UnreadableFileException e)
        {
            throw new HubException(
                "not-a-model",
                $"{id} has a config.json that cannot be read: {e.Message}",
                "Choose another model, or another revision.",
                e
            );
        }
    }

    static HubException AdapterOnly(HubModel model, string config)
    {
        string? under = null;
        try
        {
            under = AdapterAlone.BaseOf(BoundedFile.ParseObject(config));
        }
        catch (UnreadableFileException) { } // the base model is then not named
        return new(
            "adapter-alone",
            $"{model.Id} contains an adapter ({AdapterAlone.ConfigFile}) for {under ?? "a base model that it does not name"} and not a whole model",
            under is null
                ? "Choose the adapter's base model."
                : $"Download the base model {under}, or a repository with the adapter merged into it."
        );
    }

    /// <summary>Downloads the planned files. After an interruption, a new call resumes the download.</summary>
    /// <returns>The model's folder.</returns>
    /// <exception cref="HubException">The request was refused, the hub cannot be reached, the disk is full, a checksum is wrong, the
    /// download is already running, or the folder exists.</exception>
    public async Task<string> RunAsync(DownloadPlan plan, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        if (Directory.Exists(plan.Folder))
            throw new HubException("already-there", $"'{plan.Folder}' exists already", "Delete it first to download the model again.");
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
                async (file, stop) => await new FileDownload(hub.HostOf(plan.Model), file, staging, account).RunAsync(stop)
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
                "Free some space and start the download again; it resumes where it stopped.",
                e
            );
        }
    }

    /// <summary>Deletes the files of an interrupted download.</summary>
    public static void Forget(string models, string id)
    {
        var staging = StagingOf(FolderOf(models, id));
        if (!Directory.Exists(staging))
            return;
        using (Claim(staging, id))
            Directory.Delete(staging, recursive: true);
        File.Delete(staging + ".lock");
    }

    /// <summary>Interrupted downloads in a models folder: the model's name and the bytes present.</summary>
    public static IReadOnlyList<(string Id, long Bytes)> Interrupted(string models)
    {
        var staging = Path.Combine(models, Staging);
        try
        {
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // one of them has just ended
        }
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
            throw new HubException("already-running", $"{id} is already being downloaded", "Wait for that download, or cancel it.", e);
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
                "Free some space, or choose another models folder."
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
