namespace LiftLab.Tests;

/// <summary>Reference files beside the repository that some tests compare with.</summary>
static class SharedFolder
{
    /// <exception cref="DirectoryNotFoundException">There is no such folder: the comparison cannot be made.</exception>
    public static string File(params string[] path) => Path.Combine([Root, .. path]);

    static string Root
    {
        get
        {
            if (Environment.GetEnvironmentVariable("LIFTLAB_SHARED") is { Length: > 0 } set) return set;
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (System.IO.File.Exists(Path.Combine(folder.FullName, "LiftLab.sln")))
                    foreach (var beside in (string[])[Path.Combine(folder.FullName, "..", "shared"), Path.Combine(folder.FullName, "..", "..", "shared")])
                        if (Directory.Exists(beside)) return beside;
            throw new DirectoryNotFoundException("The reference files are not there: expected a folder 'shared' beside the repository, or the environment variable LIFTLAB_SHARED naming it.");
        }
    }
}
