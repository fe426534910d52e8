namespace LiftLab.Tests.House;

/// <summary>The repository's own files, for rules that read source.</summary>
static class Sources
{
    public static readonly string Root = FindRoot();

    /// <summary>Paths relative to the root with forward slashes, build outputs left out.</summary>
    public static IReadOnlyList<string> Files(string folder, params string[] extensions) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
                .Where(f =>
                    extensions.Contains(Path.GetExtension(f)) && !f.Split('/').Any(p => p is "bin" or "obj" or "artifacts" or "Migrations")
                )
                .Order(StringComparer.Ordinal),
        ];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "LiftLab.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("no LiftLab.sln above " + AppContext.BaseDirectory);
    }
}
