using LiftLab.Engine.Runs;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage;

/// <summary>
/// The lab on disk: <c>runs/</c>, <c>datasets/</c>, <c>models/</c>, <c>keys/</c> and the database <c>liftlab.db</c>. For one dashboard at a
/// time.
/// </summary>
public sealed class LabFolder(IOptions<LabOptions> options) : IDisposable
{
    FileStream? held;

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.LabFolder);
    public string Runs => In("runs");
    public string Datasets => In("datasets");
    public string Models => In("models");
    public string Keys => In("keys");
    public string Database => In("liftlab.db");
    string LockFile => In("lab.lock");

    /// <summary>Makes the folders and locks the lab for this process until it ends, also by a crash.</summary>
    /// <exception cref="IOException">Another dashboard has this lab open, or the folder cannot be written.</exception>
    public void Take()
    {
        try
        {
            Directory.CreateDirectory(Runs);
            Directory.CreateDirectory(Datasets);
            MakePrivate(Keys);
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
            held = new(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException(
                $"Another dashboard has the lab '{Path}' open (it holds {LockFile}). Stop it, or give this one another LiftLab:LabFolder.",
                e
            );
        }
    }

    public RunFolder? Run(string id) => RunFolder.Find(Runs, id);

    /// <summary>All run folders, oldest first.</summary>
    public IEnumerable<RunFolder> AllRuns() =>
        !Directory.Exists(Runs)
            ? []
            : Directory
                .EnumerateDirectories(Runs)
                .Order(StringComparer.Ordinal)
                .Select(d => Run(System.IO.Path.GetFileName(d)))
                .OfType<RunFolder>();

    string In(string name) => System.IO.Path.Combine(Path, name);

    static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => held?.Dispose();
}
