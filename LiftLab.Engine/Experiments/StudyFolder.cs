using System.Text;
using System.Text.Json;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Experiments;

/// <summary>
/// A study on disk: <c>study.json</c>, <c>tables/</c>, <c>attempts/NNN.jsonl</c>, <c>answers/</c>, <c>figure.json</c>. A folder that is
/// copied to another lab opens there.
/// </summary>
public sealed class StudyFolder : IEventFolder
{
    internal const string LogName = "worker.log";

    StudyFolder(string path) => Path = path;

    public string Path { get; }
    public string Id => System.IO.Path.GetFileName(Path);
    public string SpecFile => In("study.json");
    public string AttemptsFolder => In("attempts");

    /// <summary>Checkpoints of fits; deleted at the end.</summary>
    public string WorkFolder => In("work");

    /// <summary>One folder a fit with the names of what it has made at other places, such as a provider's models.</summary>
    public string ElsewhereFolder => In("elsewhere");
    public string FigureFile => In("figure.json");

    /// <summary>What providers have billed for the study's fits.</summary>
    public string SpendingFile => In("spending.jsonl");
    public string LogFile => In(LogName);
    public string StopFile => In("stop");
    public string CancelFile => In("cancel");

    /// <summary>Into how many shares the study was divided when several processes first answered it.</summary>
    string SharesFile => In("shares.json");

    /// <summary>If this file exists, failed cells are tried again.</summary>
    public string RetryFile => In("retry");

    public string AttemptFile(int attempt) => System.IO.Path.Combine(AttemptsFolder, $"{attempt:000}.jsonl");

    /// <summary>The highest attempt number that has been claimed; 0 before the first.</summary>
    public int LastAttempt => Runs.Events.AttemptFile.Numbers(this) is [.., var last] ? last : 0;

    public string TableFile(StudyTable table) => System.IO.Path.Combine(In("tables"), table.File);

    /// <summary>The answers of the study, and those of its lab: the folder <c>answers</c> beside the folder of studies.</summary>
    public AnswerStore Answers => new(In("answers"), LabAnswers(System.IO.Path.GetDirectoryName(Path)));

    public StudyShareFolder Share(int index) => new(this, index);

    /// <summary>Into how many shares the study is divided, for ever; null where it is not.</summary>
    public int? ReadShares()
    {
        try
        {
            return File.Exists(SharesFile)
                ? JsonSerializer.Deserialize<Division>(PlainFile.Bytes(SharesFile), RunJson.Line)?.Shares is > 0 and var count
                    ? count
                    : null
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void WriteShares(int count) =>
        RunFolder.WriteWhole(SharesFile, stream => JsonSerializer.Serialize(stream, new Division(count), RunJson.Line));

    sealed record Division(int Shares);

    string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// The shared answers of the lab that a folder of studies or runs belongs to; null where it does not look like a lab.
    /// </summary>
    public static string? LabAnswers(string? folder) =>
        folder is not null && System.IO.Path.GetFileName(folder) is "studies" or "runs"
            ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(folder)!, "answers")
            : null;

    /// <summary>Creates the folder whole or not at all.</summary>
    /// <param name="tables">Same order as the specification's tables.</param>
    /// <exception cref="ArgumentException">The id or a file name is not a safe name.</exception>
    /// <exception cref="IOException">A study of this id exists, or the disk is full.</exception>
    public static StudyFolder Create(string root, StudySpec spec, IReadOnlyList<Table> tables)
    {
        var path = PathOf(root, spec.Id);
        if (spec.Tables.FirstOrDefault(t => !RunId.IsSafe(t.File)) is { } unsafeName)
            throw new ArgumentException($"'{unsafeName.File}' is not a plain file name", nameof(spec));
        if (Directory.Exists(path))
            throw new IOException($"a study '{spec.Id}' already exists");
        var half = System.IO.Path.Combine(root, ".new-" + spec.Id);
        Directory.CreateDirectory(System.IO.Path.Combine(half, "tables"));
        try
        {
            foreach (var (entry, table) in spec.Tables.Zip(tables))
                using (var writer = new StreamWriter(System.IO.Path.Combine(half, "tables", entry.File), false, new UTF8Encoding(false)))
                    TableWriter.WriteCsv(table, writer, defuse: false);
            File.WriteAllText(System.IO.Path.Combine(half, "study.json"), JsonSerializer.Serialize(spec, RunJson.Pretty));
            Directory.CreateDirectory(System.IO.Path.Combine(half, "attempts"));
            Directory.Move(half, path);
        }
        catch
        {
            Directory.Delete(half, recursive: true);
            throw;
        }
        return new(path);
    }

    /// <exception cref="BadDataException">There is no folder, or it has no study.json.</exception>
    public static StudyFolder Open(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var folder = new StudyFolder(full);
        return File.Exists(folder.SpecFile)
            ? folder
            : throw Bad("no-study", $"'{full}' has no study.json", "Give the path of a study's folder.");
    }

    /// <summary>The study of this id; null if there is none or the id is not a plain name.</summary>
    public static StudyFolder? Find(string root, string id) =>
        RunId.IsSafe(id) && File.Exists(System.IO.Path.Combine(PathOf(root, id), "study.json")) ? new(PathOf(root, id)) : null;

    /// <exception cref="BadDataException">study.json cannot be read, or has a newer format.</exception>
    public StudySpec ReadSpec()
    {
        try
        {
            var spec = JsonSerializer.Deserialize<StudySpec>(PlainFile.Bytes(SpecFile), RunJson.Line);
            if (spec is not { Tables: not null, Learners: not null, Seeds: not null, Experiment: not null })
                throw Bad("study-incomplete", "study.json lacks its experiment, tables, learners or seeds", "Copy the whole folder again.");
            return spec.Version <= StudySpec.CurrentVersion
                ? spec
                : throw Bad("study-too-new", $"study.json has format version {spec.Version}", "Open this study with a newer LiftLab.");
        }
        catch (JsonException e)
        {
            throw Bad("study-unreadable", $"study.json cannot be read: {e.Message}", "Copy the folder again, or start the study again.");
        }
    }

    /// <exception cref="BadDataException">The table is gone, or is not the one that was copied.</exception>
    public async Task<Table> ReadTableAsync(StudyTable table, CancellationToken cancel = default)
    {
        if (!File.Exists(TableFile(table)))
            throw Bad("table-gone", $"the table '{table.Name}' is not in the study's folder", "Copy the whole folder again.");
        var read = (await TableReader.ReadAsync(TableFile(table), TableReadOptions.Plain, cancel)).Table;
        return TableKey.Of(read) == table.Key
            ? read
            : throw Bad(
                "table-changed",
                $"the table '{table.Name}' is not the one that the study began with",
                "Start a new study with it."
            );
    }

    public void WriteFigures(IReadOnlyList<Figure> figures) =>
        RunFolder.WriteWhole(FigureFile, stream => JsonSerializer.Serialize(stream, figures, RunJson.Pretty));

    /// <summary>The figures of the last attempt that ended; null before, and where the file cannot be read.</summary>
    public IReadOnlyList<Figure>? ReadFigures()
    {
        if (!File.Exists(FigureFile))
            return null;
        try
        {
            using var stream = PlainFile.Open(FigureFile);
            return JsonSerializer.Deserialize<IReadOnlyList<Figure>>(stream, RunJson.Line);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static string PathOf(string root, string id) =>
        RunId.IsSafe(id)
            ? System.IO.Path.Combine(System.IO.Path.GetFullPath(root), id)
            : throw new ArgumentException($"'{id}' is not a valid study id", nameof(id));

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
