using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The fitted models in a run's folder, each in <c>fitted/NAME</c>. A folder of this name is complete: models are written beside it and
/// renamed. Runs from before baselines were kept hold LIFT alone, in <c>checkpoints/lift/fitted</c>.
/// </summary>
public sealed class KeptFiles(RunFolder run)
{
    const string DeletedFile = "deleted.txt";

    string Root => Path.Combine(run.Path, "fitted");

    string Checkpoints => Path.Combine(run.Path, "checkpoints");

    /// <summary>The folder of a learner's fitted model; null where none is kept.</summary>
    public string? Find(string learner)
    {
        string[] places = [Place(learner), Path.Combine(run.CheckpointFolder(learner), "fitted")];
        return places.FirstOrDefault(Directory.Exists);
    }

    /// <summary>When a person deleted the kept models; null where nobody did.</summary>
    public DateTimeOffset? DeletedAt =>
        File.Exists(Path.Combine(Root, DeletedFile))
        && DateTimeOffset.TryParse(
            File.ReadAllText(Path.Combine(Root, DeletedFile)),
            CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind,
            out var at
        )
            ? at
            : null;

    /// <summary>Bytes of fitted models and of training checkpoints: what <see cref="Delete"/> frees.</summary>
    public long Bytes => Deletable.Sum(BytesOf);

    /// <summary>Bytes of everything in the run's folder.</summary>
    public long RunBytes => BytesOf(run.Path);

    /// <summary>Writes a fitted model, whole or not at all; one that is kept already is replaced.</summary>
    /// <exception cref="IOException">The disk is full, or another process keeps the same model at this moment.</exception>
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
    /// Deletes fitted models and training checkpoints. Scores, answers, drawn boundaries and what the run started from stay. Only for runs
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

    /// <summary>After <see cref="Delete"/>: models may be fitted again when they are next asked for.</summary>
    public void AllowRefit() => File.Delete(Path.Combine(Root, DeletedFile));

    string[] Deletable =>
        [
            .. Folders(Root),
            .. Folders(Checkpoints)
                .SelectMany(Folders)
                .Where(f =>
                    Path.GetFileName(f) is var name && (name == "fitted" || name.StartsWith("training-", StringComparison.Ordinal))
                ),
        ];

    static string[] Folders(string path) => Directory.Exists(path) ? Directory.GetDirectories(path) : [];

    static long BytesOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);

    string Place(string learner) => Path.Combine(Root, learner);
}
