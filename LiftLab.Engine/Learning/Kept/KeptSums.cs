using System.Globalization;

namespace LiftLab.Engine.Learning.Kept;

/// <summary>
/// Checksums of the files in a kept model's folder, as <c>SHA256SUMS</c>: one line per file with 64 hexadecimal digits, two spaces and the
/// path relative to the folder, the format of <c>sha256sum -c</c>.
/// </summary>
public static class KeptSums
{
    public const string Name = "SHA256SUMS";

    /// <summary>Writes the checksums of all files in the folder; call it after the last file is written.</summary>
    public static void Write(string folder) =>
        File.WriteAllLines(
            Path.Combine(folder, Name),
            FilesOf(folder).Select(f => string.Create(CultureInfo.InvariantCulture, $"{KeptFile.Sum(Path.Combine(folder, f))}  {f}"))
        );

    public static bool IsThere(string folder) => File.Exists(Path.Combine(folder, Name));

    /// <summary>Compares every file with its checksum. Reads all bytes, which takes seconds for large models.</summary>
    /// <exception cref="KeptModelException">The list or a file is missing, a file is not in the list, or a file has changed.</exception>
    public static void Check(string folder)
    {
        var list = Path.Combine(folder, Name);
        if (!File.Exists(list))
            throw KeptModelException.Missing(list);
        var unlisted = FilesOf(folder).ToHashSet(StringComparer.Ordinal);
        foreach (var line in File.ReadAllLines(list))
        {
            if (line.Split("  ", 2) is not [{ Length: 64 } sum, var name])
                throw KeptModelException.Damaged(list, $"the line '{line}' is not a checksum and a file name");
            var file = Path.Combine(folder, name);
            if (!File.Exists(file))
                throw KeptModelException.Missing(file);
            if (KeptFile.Sum(file) != sum)
                throw KeptModelException.Damaged(file, "its checksum does not match its content");
            unlisted.Remove(name);
        }
        if (unlisted.Count > 0)
            throw KeptModelException.Damaged(list, $"it does not name {string.Join(", ", unlisted)}");
    }

    /// <summary>Paths relative to the folder, without the list itself.</summary>
    static IEnumerable<string> FilesOf(string folder) =>
        Directory
            .GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Where(f => f != Name)
            .Order(StringComparer.Ordinal);
}
