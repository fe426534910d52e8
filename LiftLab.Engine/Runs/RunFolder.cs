using System.Text;
using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Runs;

/// <summary>
/// A run on disk, the whole truth about it: <c>spec.json</c>, the copied table, <c>attempts/NNN.jsonl</c>, <c>checkpoints/</c>,
/// <c>results/</c>, <c>predictions.csv</c>, <c>report.json</c>. A folder copied to another lab opens there.
/// </summary>
public sealed class RunFolder
{
    RunFolder(string path) => Path = path;

    public string Path { get; }
    public string Id => System.IO.Path.GetFileName(Path);
    public string SpecFile => In("spec.json");
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
            spec,
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

    /// <exception cref="BadDataException">spec.json cannot be read, or is of a newer layout.</exception>
    public RunSpec ReadSpec()
    {
        try
        {
            using var stream = File.OpenRead(SpecFile);
            var spec = JsonSerializer.Deserialize<RunSpec>(stream, RunJson.Line) ?? throw new JsonException("it is null");
            if (spec.Version > 1)
                throw Bad("spec-too-new", $"spec.json has layout {spec.Version}", "Open this run with a newer LiftLab.");
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
    /// What the run's learners are given: its table, written by LiftLab as plain CSV or put there by hand in any form that can be read, and
    /// its split.
    /// </summary>
    /// <exception cref="BadDataException">The table cannot be read, or does not fit the schema.</exception>
    public async Task<LearningTask> LoadAsync(RunSpec spec, CancellationToken cancel = default)
    {
        var file = TableFile(spec);
        var plain = file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        var reading = await TableReader.ReadAsync(
            file,
            plain ? TableReadOptions.Default with { Delimiter = ',', DecimalMark = '.', HasHeader = true } : null,
            cancel
        );
        return new(reading.Table, spec.Schema, SplitMaker.Make(reading.Table, spec.Schema, spec.SplitSeed));
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
