using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Runs;

/// <summary>
/// A run on disk, the whole truth about it: <c>spec.json</c>, the copied table, <c>split.json</c>, <c>attempts/NNN.jsonl</c>,
/// <c>checkpoints/</c>, <c>fitted/</c>, <c>results/</c>, <c>predictions.csv</c>, <c>report.json</c>. A folder copied to another lab opens
/// there. No other class reads these files, except the attempts, which <see cref="Events"/> reads, and fitted models, which <see
/// cref="KeptFiles"/> finds.
/// </summary>
public sealed class RunFolder
{
    RunFolder(string path) => Path = path;

    public string Path { get; }
    public string Id => System.IO.Path.GetFileName(Path);
    public string SpecFile => In("spec.json");

    /// <summary>The rows of the three parts of the split; written before or by the first attempt.</summary>
    public string SplitFile => In("split.json");

    public string AttemptsFolder => In("attempts");
    public string PredictionsFile => In("predictions.csv");
    public string ReportFile => In("report.json");

    /// <summary>What the worker process wrote to its standard streams.</summary>
    public string LogFile => In("worker.log");

    /// <summary>Its presence asks the worker to stop and save. It holds for later attempts too, until the run is continued.</summary>
    public string StopFile => In("stop");

    /// <summary>Its presence asks the worker to end at once.</summary>
    public string CancelFile => In("cancel");

    public string AttemptFile(int attempt) => System.IO.Path.Combine(AttemptsFolder, $"{attempt:000}.jsonl");

    /// <summary>The highest attempt number that has been claimed; 0 before the first.</summary>
    public int LastAttempt => Events.AttemptFile.Numbers(this) is [.., var last] ? last : 0;

    /// <summary>One learner's own folder for checkpoints.</summary>
    public string CheckpointFolder(string learner) => System.IO.Path.Combine(In("checkpoints"), learner);

    /// <summary>One learner's scores and predictions, written when it is done.</summary>
    public string ResultFile(string learner) => System.IO.Path.Combine(In("results"), learner + ".json");

    /// <summary>The decision boundaries that somebody asked for after the run.</summary>
    public string BoundaryFile(BoundaryRequest request) => System.IO.Path.Combine(In("boundaries"), request.Key + ".json");

    string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder with the table as plain CSV.</summary>
    /// <inheritdoc cref="Create(string, RunSpec, Action{string}, Action{RunFolder})"/>
    public static RunFolder Create(string root, RunSpec spec, Table table, Action<RunFolder>? fill = null) =>
        Create(
            root,
            spec with
            {
                Reading = TableReadOptions.Plain,
            },
            file =>
            {
                using var writer = new StreamWriter(file, append: false, new UTF8Encoding(false));
                TableWriter.WriteCsv(table, writer, defuse: false);
            },
            fill
        );

    /// <summary>Makes the folder with a copy of the table and the specification; it appears whole or not at all.</summary>
    /// <param name="fill">Puts what else the run needs into the folder, which has its place for now only.</param>
    /// <exception cref="ArgumentException">The id is no safe folder name.</exception>
    /// <exception cref="IOException">A run of this id exists, or the disk is full.</exception>
    public static RunFolder Create(string root, RunSpec spec, Action<string> writeTable, Action<RunFolder>? fill = null)
    {
        var path = PathOf(root, spec.Id);
        if (!RunId.IsSafe(spec.Table))
            throw new ArgumentException($"'{spec.Table}' is no plain file name", nameof(spec));
        if (Directory.Exists(path))
            throw new IOException($"a run '{spec.Id}' exists already");
        var half = System.IO.Path.Combine(root, ".new-" + spec.Id);
        Directory.CreateDirectory(half);
        try
        {
            writeTable(System.IO.Path.Combine(half, spec.Table));
            File.WriteAllText(System.IO.Path.Combine(half, "spec.json"), JsonSerializer.Serialize(spec, RunJson.Pretty));
            Directory.CreateDirectory(System.IO.Path.Combine(half, "attempts"));
            fill?.Invoke(new(half));
            Directory.Move(half, path);
        }
        catch
        {
            Directory.Delete(half, recursive: true);
            throw;
        }
        return new(path);
    }

    /// <summary>The run folder at a path, from this lab or another.</summary>
    /// <exception cref="BadDataException">No folder, or no spec.json in it.</exception>
    public static RunFolder Open(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(full))
            throw Bad("no-run-folder", $"there is no folder '{full}'", "Give the path of a run folder.");
        var folder = new RunFolder(full);
        if (!File.Exists(folder.SpecFile))
            throw Bad("no-spec", $"'{full}' has no spec.json", "A run folder holds spec.json beside its table.");
        return folder;
    }

    /// <summary>The run of this id below the lab's folder of runs; null where there is none or the id is no plain name.</summary>
    public static RunFolder? Find(string root, string id)
    {
        if (!RunId.IsSafe(id))
            return null;
        var path = PathOf(root, id);
        return File.Exists(System.IO.Path.Combine(path, "spec.json")) ? new(path) : null;
    }

    /// <summary>What the run does, in the current format, whatever version the folder is of.</summary>
    /// <exception cref="BadDataException">spec.json cannot be read, or is of a newer format.</exception>
    public RunSpec ReadSpec()
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(SpecFile)) as JsonObject ?? throw new JsonException("it is no JSON object");
            if (RunFormat.VersionOf(json) is > RunSpec.CurrentVersion and var version)
                throw Bad("spec-too-new", $"spec.json has format version {version}", "Open this run with a newer LiftLab.");
            RunFormat.Upgrade(json);
            var spec = json.Deserialize<RunSpec>(RunJson.Line)!;
            if (spec.Schema?.Columns is null || spec.Learner is null || spec.Baselines is null || !RunId.IsSafe(spec.Table))
                throw Bad("spec-incomplete", "spec.json lacks its schema, learner, baselines or table", "Copy the whole run folder again.");
            return spec;
        }
        catch (JsonException e)
        {
            throw Bad("spec-unreadable", $"spec.json cannot be read: {e.Message}", "Copy the run folder again, or start the run anew.");
        }
    }

    /// <summary>One learner's scores and answers; null while it is not done.</summary>
    public LearnerOutcome? ReadOutcome(string learner)
    {
        if (!RunId.IsSafe(learner) || !File.Exists(ResultFile(learner)))
            return null;
        using var stream = File.OpenRead(ResultFile(learner));
        return JsonSerializer.Deserialize<LearnerOutcome>(stream, RunJson.Line);
    }

    /// <summary>Boundaries that were asked for after the run; null where they are not drawn yet.</summary>
    public BoundarySheet? ReadBoundaries(BoundaryRequest request)
    {
        if (!File.Exists(BoundaryFile(request)))
            return null;
        using var stream = File.OpenRead(BoundaryFile(request));
        return JsonSerializer.Deserialize<BoundarySheet>(stream, RunJson.Line);
    }

    /// <summary>The table beside the specification.</summary>
    public string TableFile(RunSpec spec) => In(spec.Table);

    /// <summary>
    /// What the run's learners are given: the table, read with the stored options, and the stored split. The split is made anew only where
    /// none is stored yet: in a folder of version 1, or made by hand and not yet run.
    /// </summary>
    /// <exception cref="BadDataException">The table or the split cannot be read, or does not fit the schema.</exception>
    public async Task<LearningTask> LoadAsync(RunSpec spec, CancellationToken cancel = default)
    {
        var table = (await TableReader.ReadAsync(TableFile(spec), spec.Reading, cancel)).Table;
        return new(table, spec.Schema, ReadSplit(table.RowCount) ?? SplitMaker.Make(table, spec.Schema, spec.SplitSeed));
    }

    /// <summary>Stores the split, unless one is stored: the learners of all attempts have the same rows.</summary>
    public void KeepSplit(Split split)
    {
        if (!File.Exists(SplitFile))
            WriteWhole(SplitFile, stream => JsonSerializer.Serialize(stream, split, RunJson.Line));
    }

    /// <summary>Null where no split is stored.</summary>
    Split? ReadSplit(int rows)
    {
        if (!File.Exists(SplitFile))
            return null;
        Split? split;
        try
        {
            using var stream = File.OpenRead(SplitFile);
            split = JsonSerializer.Deserialize<Split>(stream, RunJson.Line);
        }
        catch (JsonException e)
        {
            throw Bad("split-unreadable", $"split.json cannot be read: {e.Message}", "Copy the whole run folder again.");
        }
        if (split is not { Train: { } train, Valid: { } valid, Test: { } test })
            throw Bad("split-unreadable", "split.json lacks the rows of a part", "Copy the whole run folder again.");
        var named = new HashSet<int>();
        if (!train.Concat(valid).Concat(test).All(r => r >= 0 && r < rows && named.Add(r)))
            throw Bad(
                "split-does-not-fit",
                $"split.json names rows twice or rows that are not among the {rows} of the table",
                "Copy the whole run folder again."
            );
        return split;
    }

    /// <summary>What the finished run found; null before.</summary>
    public RunReport? ReadReport()
    {
        if (!File.Exists(ReportFile))
            return null;
        using var stream = File.OpenRead(ReportFile);
        return JsonSerializer.Deserialize<RunReport>(stream, RunJson.Line);
    }

    /// <summary>The pace that the finished run measured, without reading the rest of its report, which may be megabytes.</summary>
    /// <returns>Null before, and for a learner without tokens.</returns>
    public double? ReadTokensPerSecond()
    {
        if (!File.Exists(ReportFile))
            return null;
        using var stream = File.OpenRead(ReportFile);
        return JsonSerializer.Deserialize<Pace>(stream, RunJson.Line)?.TokensPerSecond;
    }

    sealed record Pace(double? TokensPerSecond);

    /// <summary>The table of the test rows with the learners' answers; null before the run has finished.</summary>
    public async Task<Table?> ReadPredictionsAsync(CancellationToken cancel = default) =>
        File.Exists(PredictionsFile) ? (await TableReader.ReadAsync(PredictionsFile, TableReadOptions.Plain, cancel)).Table : null;

    /// <summary>A key of the table's bytes: equal for equal tables.</summary>
    public string TableKey(RunSpec spec)
    {
        using var stream = File.OpenRead(TableFile(spec));
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    /// <summary>Writes a file whole or not at all: temporary name, flushed to the disk, renamed.</summary>
    public static void WriteWhole(string file, Action<Stream> write)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        var half = file + ".tmp";
        try
        {
            using (var stream = new FileStream(half, FileMode.Create))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(half, file, overwrite: true);
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }

    static string PathOf(string root, string id) =>
        RunId.IsSafe(id)
            ? System.IO.Path.Combine(System.IO.Path.GetFullPath(root), id)
            : throw new ArgumentException($"'{id}' is no name of a run: letters, digits, '-', '_' and '.' only, no dot first", nameof(id));

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
