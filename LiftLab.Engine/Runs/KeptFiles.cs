using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The fitted models in a run's folder, each in <c>fitted/NAME</c>. Such a folder is always complete, because models are written under
/// another name and then renamed. Runs from before baselines were kept contain only LIFT, in <c>checkpoints/lift/fitted</c>.
/// </summary>
public sealed class KeptFiles(RunFolder run)
{
    const string DeletedFile = "deleted.txt";

    string Root => Path.Combine(run.Path, "fitted");

    string Checkpoints => Path.Combine(run.Path, "checkpoints");

    /// <summary>The folder of a learner's fitted model; null if none is kept.</summary>
    public string? Find(string learner)
    {
        string[] places = [Place(learner), Path.Combine(run.CheckpointFolder(learner), "fitted")];
        return places.FirstOrDefault(Directory.Exists);
    }

    /// <summary>When a user deleted the kept models; null if nobody did.</summary>
    public DateTimeOffset? DeletedAt =>
        File.Exists(Path.Combine(Root, DeletedFile))
        && DateTimeOffset.TryParse(
            PlainFile.Text(Path.Combine(Root, DeletedFile)),
            CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind,
            out var at
        )
            ? at
            : null;

    /// <summary>Bytes of fitted models and training checkpoints, which <see cref="Delete"/> frees.</summary>
    public long Bytes => Deletable.Sum(BytesOf);

    /// <summary>Bytes of training checkpoints, which <see cref="DeleteTraining"/> frees.</summary>
    public long TrainingBytes => Training.Sum(BytesOf);

    /// <summary>Bytes of everything in the run's folder.</summary>
    public long RunBytes => BytesOf(run.Path);

    /// <summary>Writes a fitted model atomically; replaces a model that is already kept.</summary>
    /// <exception cref="IOException">The disk is full, or another process is writing the same model.</exception>
    public async Task KeepAsync(string learner, IPredictor model, CancellationToken cancel)
    {
        var (place, part) = (Place(learner), Place(learner) + ".part");
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        await model.KeepAsync(part, cancel);
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
        Directory.Move(part, place);
    }

    /// <summary>
    /// Deletes fitted models and training checkpoints. Scores, answers, drawn boundaries and the run's start weights stay. Only for runs
    /// that are over.
    /// </summary>
    /// <returns>Bytes freed.</returns>
    public long Delete(DateTimeOffset now)
    {
        var bytes = Bytes;
        foreach (var folder in Deletable)
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Root);
        File.WriteAllText(Path.Combine(Root, DeletedFile), now.ToString("O", CultureInfo.InvariantCulture));
        return bytes;
    }

    /// <summary>
    /// Deletes training checkpoints; the fitted models stay. The run can then not be continued for more epochs. Only for runs that are
    /// over.
    /// </summary>
    /// <returns>Bytes freed.</returns>
    public long DeleteTraining()
    {
        var bytes = TrainingBytes;
        foreach (var folder in Training)
            Directory.Delete(folder, recursive: true);
        return bytes;
    }

    /// <summary>Deletes one learner's fitted model; its training checkpoints stay.</summary>
    internal void Remove(string learner)
    {
        while (Find(learner) is { } folder)
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Allows deleted models to be fitted again at the next request.</summary>
    public void AllowRefit() => File.Delete(Path.Combine(Root, DeletedFile));

    string[] Deletable =>
        [.. Folders(Root), .. Training, .. Folders(Checkpoints).SelectMany(Folders).Where(f => Path.GetFileName(f) == "fitted")];

    string[] Training =>
        [.. Folders(Checkpoints).SelectMany(Folders).Where(f => Path.GetFileName(f).StartsWith("training-", StringComparison.Ordinal))];

    static string[] Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path) : [];

    /// <summary>A file or folder that a running worker renames or deletes meanwhile counts as nothing.</summary>
    public static long BytesOf(string folder)
    {
        var bytes = 0L;
        try
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
                bytes += LengthOf(file);
        }
        catch (DirectoryNotFoundException) { }
        return bytes;
    }

    static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    string Place(string learner) => Path.Combine(Root, learner);

    /// <summary>Whether a learner's training has a checkpoint. False where the folder cannot be read, as while it is deleted.</summary>
    public bool HasTraining(string learner)
    {
        var checkpoints = run.CheckpointFolder(learner);
        try
        {
            return Directory.Exists(checkpoints) && Directory.EnumerateDirectories(checkpoints, "training-*").Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
