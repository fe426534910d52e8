using System.Globalization;

namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>
/// The models of a fine-tune's last epochs, each in a folder of its own, <c>epochs/step-000120</c> in the learner's checkpoint folder. Such
/// a folder is always complete. They answer as the fitted model does.
/// </summary>
public static class KeptEpochs
{
    const string Folder = "epochs",
        Prefix = "step-";

    /// <param name="Step">Completed steps.</param>
    public sealed record KeptEpoch(int Step, string Path);

    /// <summary>The kept epochs, newest first.</summary>
    /// <param name="checkpointFolder">The learner's.</param>
    public static IReadOnlyList<KeptEpoch> Of(string checkpointFolder)
    {
        var folder = Path.Combine(checkpointFolder, Folder);
        return !Directory.Exists(folder)
            ? []
            :
            [
                .. Directory
                    .EnumerateDirectories(folder, Prefix + "*")
                    .Select(path => (Path: path, Name: Path.GetFileName(path)[Prefix.Length..]))
                    .Where(e => int.TryParse(e.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    .Select(e => new KeptEpoch(int.Parse(e.Name, CultureInfo.InvariantCulture), e.Path))
                    .OrderByDescending(e => e.Step),
            ];
    }

    /// <summary>Keeps the model of an epoch, and deletes the oldest ones beyond <paramref name="most"/>.</summary>
    /// <param name="save">Writes the model into a folder.</param>
    public static void Keep(string checkpointFolder, int step, int most, Action<string> save)
    {
        var path = Path.Combine(checkpointFolder, Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:000000}"));
        var part = Path.Combine(checkpointFolder, Folder, ".part");
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        save(part);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Directory.Move(part, path);
        foreach (var old in Of(checkpointFolder).Skip(most))
            Directory.Delete(old.Path, recursive: true);
    }
}
