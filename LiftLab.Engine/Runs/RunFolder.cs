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
/// A run on disk, with everything that is known about it: <c>spec.json</c>, the copied table, <c>split.json</c>, <c>attempts/NNN.jsonl</c>,
/// <c>checkpoints/</c>, <c>fitted/</c>, <c>results/</c>, <c>predictions.csv</c>, <c>report.json</c>. A folder that is copied to another lab
/// opens there. No other class reads these files, except the attempts, which <see cref="Events"/> reads, and fitted models, which <see
/// cref="KeptFiles"/> finds.
/// </summary>
public sealed class RunFolder : IEventFolder
{
    const long LargestSpec = 32 << 20,
        LargestResult = 1L << 30;

    RunFolder(string path) => Path = path;

    public string Path { get; }
    public string Id => System.IO.Path.GetFileName(Path);
    public string SpecFile => In("spec.json");

    /// <summary>The row numbers of the three parts of the split; written before or by the first attempt.</summary>
    public string SplitFile => In("split.json");

    public string AttemptsFolder => In("attempts");
    public string PredictionsFile => In("predictions.csv");
    public string ReportFile => In("report.json");

    /// <summary>What a client of the OpenAI-compatible server asked for; only in runs that are its jobs. The dashboard reads it.</summary>
    public string ServedFile => In("served.json");

    /// <summary>What providers have billed for the run and for predictions of its models.</summary>
    public string SpendingFile => In("spending.jsonl");

    /// <summary>Standard output and standard error of the worker process.</summary>
    public string LogFile => In("worker.log");

    /// <summary>
    /// If this file exists, the worker stops training and saves. It also applies to later attempts, until the run is continued.
    /// </summary>
    public string StopFile => In("stop");

    /// <summary>If this file exists, the worker ends at once.</summary>
    public string CancelFile => In("cancel");

    /// <summary>If this file exists, the worker saves a checkpoint and ends; the run waits until a user resumes it.</summary>
    public string PauseFile => In("pause");

    public string AttemptFile(int attempt) => System.IO.Path.Combine(AttemptsFolder, $"{attempt:000}.jsonl");

    /// <summary>The highest attempt number that has been claimed; 0 before the first.</summary>
    public int LastAttempt => Events.AttemptFile.Numbers(this) is [.., var last] ? last : 0;

    /// <summary>One learner's own folder for checkpoints.</summary>
    public string CheckpointFolder(string learner) => System.IO.Path.Combine(In("checkpoints"), learner);

    /// <summary>One learner's scores and predictions, written when it finishes.</summary>
    public string ResultFile(string learner) => System.IO.Path.Combine(In("results"), learner + ".json");

    /// <summary>Decision boundaries requested after the run.</summary>
    public string BoundaryFile(BoundaryRequest request) => System.IO.Path.Combine(In("boundaries"), request.Key + ".json");

    string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Creates the folder with the table as plain CSV.</summary>
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

    /// <summary>Creates the folder atomically, with a copy of the table and the specification.</summary>
    /// <param name="fill">Adds other files that the run needs; the folder still has a temporary path.</param>
    /// <exception cref="ArgumentException">The id is not a safe folder name.</exception>
    /// <exception cref="IOException">A run of this id exists, or the disk is full.</exception>
    public static RunFolder Create(string root, RunSpec spec, Action<string> writeTable, Action<RunFolder>? fill = null)
    {
        var path = PathOf(root, spec.Id);
        if (!RunId.IsSafe(spec.Table))
            throw new ArgumentException($"'{spec.Table}' is not a plain file name", nameof(spec));
        if (Directory.Exists(path))
            throw new IOException($"a run '{spec.Id}' already exists");
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
    /// <exception cref="BadDataException">There is no folder, or it has no spec.json.</exception>
    public static RunFolder Open(string path)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(full))
            throw Bad("no-run-folder", $"there is no folder '{full}'", "Give the path of a run folder.");
        var folder = new RunFolder(full);
        if (!File.Exists(folder.SpecFile))
            throw Bad("no-spec", $"'{full}' has no spec.json", "A run folder contains spec.json and its table.");
        return folder;
    }

    /// <summary>The run of this id below the lab's folder of runs; null if there is none or the id is not a plain name.</summary>
    public static RunFolder? Find(string root, string id)
    {
        if (!RunId.IsSafe(id))
            return null;
        var path = PathOf(root, id);
        return File.Exists(System.IO.Path.Combine(path, "spec.json")) ? new(path) : null;
    }

    /// <summary>The run's specification in the current format, upgraded if the folder has an older version.</summary>
    /// <exception cref="BadDataException">spec.json cannot be read, or has a newer format.</exception>
    public RunSpec ReadSpec()
    {
        try
        {
            if (new FileInfo(SpecFile).Length > LargestSpec)
                throw new JsonException("it is too large");
            var json = JsonNode.Parse(PlainFile.Text(SpecFile)) as JsonObject ?? throw new JsonException("it is not a JSON object");
            if (RunFormat.VersionOf(json) is > RunSpec.CurrentVersion and var version)
                throw Bad("spec-too-new", $"spec.json has format version {version}", "Open this run with a newer LiftLab.");
            RunFormat.Upgrade(json);
            var spec = json.Deserialize<RunSpec>(RunJson.Line)!;
            if (spec.Schema?.Columns is null || spec.Learner is null || spec.Baselines is null || !RunId.IsSafe(spec.Table))
                throw Bad("spec-incomplete", "spec.json lacks its schema, learner, baselines or table", "Copy the whole run folder again.");
            return spec;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw Bad("spec-unreadable", $"spec.json cannot be read: {e.Message}", "Copy the run folder again, or start the run again.");
        }
    }

    /// <summary>Replaces the specification, for a run that is continued with more epochs.</summary>
    internal void Rewrite(RunSpec spec) => WriteWhole(SpecFile, stream => JsonSerializer.Serialize(stream, spec, RunJson.Pretty));

    /// <summary>Removes what the end of a run has written, because the run goes on: report, predictions and later boundaries.</summary>
    internal void RemoveReport()
    {
        File.Delete(ReportFile);
        File.Delete(PredictionsFile);
        if (Directory.Exists(In("boundaries")))
            Directory.Delete(In("boundaries"), recursive: true);
    }

    /// <summary>One learner's scores and answers; null until it finishes.</summary>
    /// <exception cref="BadDataException">The file is damaged.</exception>
    public LearnerOutcome? ReadOutcome(string learner) => RunId.IsSafe(learner) ? Read<LearnerOutcome>(ResultFile(learner)) : null;

    /// <summary>Boundaries requested after the run; null if they have not been drawn, or the file is damaged.</summary>
    public BoundarySheet? ReadBoundaries(BoundaryRequest request)
    {
        try
        {
            return Read<BoundarySheet>(BoundaryFile(request));
        }
        catch (BadDataException)
        {
            return null;
        }
    }

    /// <summary>Null if there is no such file.</summary>
    /// <exception cref="BadDataException">It is damaged, with the reason.</exception>
    T? Read<T>(string file)
        where T : class
    {
        if (!File.Exists(file))
            return null;
        try
        {
            using var stream = PlainFile.Open(file);
            if (stream.Length > LargestResult)
                throw new JsonException("it is too large");
            return JsonSerializer.Deserialize<T>(stream, RunJson.Line) ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw Bad(
                "result-damaged",
                $"{System.IO.Path.GetRelativePath(Path, file)} of the run '{Id}' is damaged: {e.Message}",
                "Copy the whole run folder again, or delete the run."
            );
        }
    }

    /// <summary>The path of the copied table.</summary>
    public string TableFile(RunSpec spec) => In(spec.Table);

    /// <summary>
    /// The input of the run's learners: the table, read with the stored options, and the stored split. A split is computed only if none is
    /// stored: in a folder of version 1, or in one made by hand that has not run yet.
    /// </summary>
    /// <exception cref="BadDataException">The table or the split cannot be read, or does not fit the schema.</exception>
    public async Task<LearningTask> LoadAsync(RunSpec spec, CancellationToken cancel = default)
    {
        var table = (await TableReader.ReadAsync(TableFile(spec), Unlimited(spec.Reading), cancel)).Table;
        return new(table, spec.Schema, ReadSplit(table.RowCount) ?? SplitMaker.Make(table, spec.Schema, spec.SplitSeed));
    }

    /// <summary>The limits of uploads do not hold for the copy: it is as large as the table that was accepted.</summary>
    static TableReadOptions Unlimited(TableReadOptions? reading) =>
        (reading ?? TableReadOptions.Default) with
        {
            MaxBytes = Array.MaxLength,
            MaxRows = int.MaxValue,
            MaxColumns = int.MaxValue,
            MaxCells = long.MaxValue,
        };

    /// <summary>Stores the split unless one is stored, so that the learners of all attempts have the same rows.</summary>
    public void KeepSplit(Split split)
    {
        if (!File.Exists(SplitFile))
            WriteWhole(SplitFile, stream => JsonSerializer.Serialize(stream, split, RunJson.Line));
    }

    /// <summary>Null if no split is stored.</summary>
    Split? ReadSplit(int rows)
    {
        if (!File.Exists(SplitFile))
            return null;
        Split? split;
        try
        {
            using var stream = PlainFile.Open(SplitFile);
            split = JsonSerializer.Deserialize<Split>(stream, RunJson.Line);
        }
        catch (JsonException e)
        {
            throw Bad("split-unreadable", $"split.json cannot be read: {e.Message}", "Copy the whole run folder again.");
        }
        if (split is not { Train: { } train, Valid: { } valid, Test: { } test })
            throw Bad("split-unreadable", "split.json does not have the rows of every part", "Copy the whole run folder again.");
        var named = new HashSet<int>();
        if (!train.Concat(valid).Concat(test).All(r => r >= 0 && r < rows && named.Add(r)))
            throw Bad(
                "split-does-not-fit",
                $"split.json repeats rows, or has rows that are not among the table's {rows}",
                "Copy the whole run folder again."
            );
        return split;
    }

    /// <summary>The report of the finished run; null before.</summary>
    /// <exception cref="BadDataException">The file is damaged.</exception>
    public RunReport? ReadReport() => Read<RunReport>(ReportFile);

    /// <summary>The training pace of the finished run. Reads only this part of the report, which can have megabytes.</summary>
    /// <returns>Null before the end, and for a learner without tokens.</returns>
    /// <exception cref="BadDataException">The file is damaged.</exception>
    public double? ReadTokensPerSecond() => Read<Pace>(ReportFile)?.TokensPerSecond;

    sealed record Pace(double? TokensPerSecond);

    /// <summary>The table of the test rows with the learners' answers; null before the run has finished.</summary>
    public async Task<Table?> ReadPredictionsAsync(CancellationToken cancel = default) =>
        File.Exists(PredictionsFile)
            ? (await TableReader.ReadAsync(PredictionsFile, Unlimited(TableReadOptions.Plain), cancel)).Table
            : null;

    /// <summary>A hash of the table's bytes: equal for equal tables.</summary>
    public string TableKey(RunSpec spec)
    {
        using var stream = PlainFile.Open(TableFile(spec));
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    /// <summary>Writes a file atomically: under a temporary name, flushed to disk, then renamed.</summary>
    /// <param name="untilOnDisk">
    /// False does not wait for the disk: the file is whole after a crash of the process, but not after a power failure.
    /// </param>
    public static void WriteWhole(string file, Action<Stream> write, bool untilOnDisk = true)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        // a name of its own: answers of a lab are written by several workers, and a name that two share loses one of them
        var half = $"{file}.{System.IO.Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(half, FileMode.Create))
            {
                write(stream);
                stream.Flush(flushToDisk: untilOnDisk);
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
            : throw new ArgumentException(
                $"'{id}' is not a valid run id: only letters, digits, '-', '_' and '.', and no dot first",
                nameof(id)
            );

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
