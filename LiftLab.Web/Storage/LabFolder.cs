using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage.Database;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage;

/// <summary>
/// The lab on disk: <c>runs/</c>, <c>studies/</c> and their queue, <c>answers/</c> of studies, <c>datasets/</c>, <c>uploads/</c>,
/// <c>models/</c>,
/// <c>keys/</c>, <c>providers/</c>, <c>money/</c>, <c>people/</c> and the database <c>liftlab.db</c>. For one dashboard at a time, unless
/// the database is a server's.
/// </summary>
public sealed class LabFolder(IOptions<LabOptions> options) : IDisposable
{
    /// <summary>Temporary folders of a lab with several dashboards are left alone for this long.</summary>
    static readonly TimeSpan InUse = TimeSpan.FromDays(1);

    FileStream? held;

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.LabFolder);

    /// <summary>Several dashboards may have the lab open: its database is a server's.</summary>
    public bool IsShared { get; } = options.Value.Database.Trim().Length > 0;

    public string Runs => In("runs");
    public string Studies => In("studies");
    public string StudyQueue => In("study-queue");
    public string Answers => In("answers");
    public string Datasets => In("datasets");

    /// <summary>Files that were received and are no datasets yet.</summary>
    public string Uploads => In("uploads");

    /// <summary>Files that are being downloaded; an interrupted download resumes.</summary>
    public string Downloads => In("downloads");
    public string Models => In("models");
    public string Keys => In("keys");
    public string Drafts => In("drafts");

    /// <summary>Services that people have added, with their keys encrypted.</summary>
    public string Providers => In("providers");

    /// <summary>Limits, the lab's own list of prices, and what was spent.</summary>
    public string Money => In("money");
    public string Prices => System.IO.Path.Combine(Money, "prices.json");

    /// <summary>Uploaded tables with their predictions; emptied when the dashboard starts again.</summary>
    public string Predictions => In("predictions");

    /// <summary>Exported models, made again where they are missing.</summary>
    public string Exports => In("exports");
    public string Database => In("liftlab.db");

    /// <summary>Who may use the lab; one file each.</summary>
    public string People => In("people");

    /// <summary>Which database the lab belongs to.</summary>
    public string DatabaseRecord => In("database.json");

    /// <summary>The dashboards that have the lab open; one file each.</summary>
    public string Dashboards => In("dashboards");
    string LockFile => In("lab.lock");

    /// <summary>
    /// Makes the folders and locks the lab for this process until it ends, also by a crash. Dashboards that share a database share the
    /// lock.
    /// </summary>
    /// <exception cref="IOException">Another dashboard has this lab open, or the folder cannot be written.</exception>
    public void Take()
    {
        try
        {
            foreach (
                var folder in (string[])
                    [Path, Runs, Studies, StudyQueue, Answers, Datasets, Uploads, Models, Keys, Providers, Money, People]
            )
                MakePrivate(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The lab's folder '{Path}' cannot be made: {e.Message} Free the place, or give another LiftLab:LabFolder.",
                e
            );
        }
        try
        {
            // On Unix this is an advisory lock of the open file: the system releases it when the process dies.
            held = IsShared
                ? new(LockFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read)
                : new(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsInUse(e)))
        {
            throw new IOException(
                $"The lab's folder '{Path}' cannot be written: {e.Message} "
                    + "Give the account that runs LiftLab write access to it, or give another LiftLab:LabFolder.",
                e
            );
        }
        catch (IOException e)
        {
            throw new IOException(
                $"Another dashboard has the lab '{Path}' open (it holds {LockFile}). Stop it, or give this one another LiftLab:LabFolder. "
                    + LabBinding.SharingWords,
                e
            );
        }
    }

    /// <summary>
    /// Temporary folders that a dashboard has left: all of them, or where other dashboards may use theirs, those that are older than a day.
    /// </summary>
    public IEnumerable<string> Abandoned(string root, string pattern = "*") =>
        Directory.Exists(root)
            ? Directory
                .EnumerateDirectories(root, pattern)
                .Where(d => !IsShared || TimeProvider.System.GetUtcNow().UtcDateTime - Directory.GetLastWriteTimeUtc(d) > InUse)
            : [];

    /// <summary>Null if there is no folder of this id with a specification.</summary>
    public RunFolder? Run(string id) => RunFolder.Find(Runs, id);

    /// <summary>Where a run's folder lies, whatever is in it.</summary>
    /// <exception cref="KeyNotFoundException">The id is not a plain name.</exception>
    public string RunPath(string id) =>
        RunId.IsSafe(id) ? System.IO.Path.Combine(Runs, id) : throw new KeyNotFoundException($"There is no run '{id}'.");

    public StudyFolder? Study(string id) => StudyFolder.Find(Studies, id);

    /// <summary>The run or study of this id; null where there is none.</summary>
    public IEventFolder? Events(string id) => Run(id) ?? (IEventFolder?)Study(id);

    string In(string name) => System.IO.Path.Combine(Path, name);

    // EAGAIN of Linux, EWOULDBLOCK of macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows
    internal static bool IsInUse(Exception e) => LiftLab.Engine.FileTurn.IsInUse(e);

    /// <summary>A folder that is already there keeps its mode.</summary>
    static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => held?.Dispose();
}
