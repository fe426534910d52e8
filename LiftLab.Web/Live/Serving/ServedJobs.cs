using System.Collections.Concurrent;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// Fine-tuning jobs. A job is a run with <c>served.json</c> in its folder: the same queue, worker, curve and page. The file appears with
/// the folder, so that a crash leaves a whole job or none.
/// </summary>
public sealed class ServedJobs(
    LabFolder lab,
    LabRuns labRuns,
    RunTable table,
    ServedFiles files,
    BaseModelList bases,
    ResidentPool pool,
    WorkSignal signal,
    IOptions<ServingOptions> options,
    TimeProvider clock
) : IDisposable
{
    /// <summary>Models of the last epochs that a job keeps, as at OpenAI.</summary>
    const int KeptCheckpoints = 3;

    /// <summary>How long a request to resume waits for a job that still saves.</summary>
    const int MostLooks = 600;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly SemaphoreSlim gate = new(1, 1);
    readonly ConcurrentDictionary<string, ServedJob> known = new(StringComparer.Ordinal);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ServedJob> List() =>
        [
            .. Directory
                .EnumerateDirectories(lab.Runs)
                .Select(Path.GetFileName)
                .OfType<string>()
                .Where(RunId.IsSafe)
                .Select(Read)
                .OfType<ServedJob>()
                .OrderByDescending(j => j.Created)
                .ThenByDescending(j => j.Run, StringComparer.Ordinal),
        ];

    /// <param name="id">A job's id.</param>
    /// <exception cref="ServingException">There is no such job.</exception>
    public async Task<JobState> FindAsync(string id, CancellationToken cancel) =>
        ServedJob.RunOf(id) is { } run && RunId.IsSafe(run) && Read(run) is { } job
            ? await StateAsync(job, cancel)
            : throw new ServingException(404, $"Could not find fine tune: {id}", "fine_tuning_job_id", "fine_tune_not_found");

    public async Task<JobState> StateAsync(ServedJob job, CancellationToken cancel)
    {
        var row = await labRuns.GetAsync(job.Run, cancel);
        return new(job, row) { IsPausing = labRuns.IsPausing(row) };
    }

    /// <summary>The jobs with their states, newest first; without those whose run's folder is damaged.</summary>
    public async Task<IReadOnlyList<JobState>> StatesAsync(CancellationToken cancel)
    {
        var states = new List<JobState>();
        foreach (var job in List())
            try
            {
                states.Add(await StateAsync(job, cancel));
            }
            catch (KeyNotFoundException) { }
        return states;
    }

    /// <summary>The job whose model has this name; null for none.</summary>
    public ServedJob? Of(string fineTuned) =>
        fineTuned.LastIndexOf(':') is >= 0 and var at
        && RunId.IsSafe(fineTuned[(at + 1)..])
        && Read(fineTuned[(at + 1)..]) is { } job
        && job.FineTuned == fineTuned
            ? job
            : null;

    /// <summary>Checks the files and queues the run. A repeated idempotency key gives the job that it has made before.</summary>
    /// <exception cref="ServingException">A file, a line of it, or a parameter is wrong.</exception>
    /// <exception cref="BadDataException">The model cannot learn the texts, with every reason.</exception>
    public async Task<JobState> CreateAsync(NewJob request, CancellationToken cancel)
    {
        Visitor.Demand(Role.Run, "start a job");
        await gate.WaitAsync(cancel);
        try
        {
            using var turn = await FolderTurn.TakeAsync(lab, "served", cancel);
            if (request.Key is not null && List().FirstOrDefault(j => j.Key == request.Key) is { } before)
                return before.Body == request.Body
                    ? await StateAsync(before, cancel)
                    : throw new ServingException(
                        409,
                        "This Idempotency-Key was used with another request. Use a new key.",
                        code: "idempotency_key_in_use"
                    );
            return await MakeAsync(request, cancel);
        }
        finally
        {
            gate.Release();
        }
    }

    async Task<JobState> MakeAsync(NewJob request, CancellationToken cancel)
    {
        var model =
            bases.Find(request.Model)
            ?? throw new ServingException(
                400,
                $"The model '{request.Model}' cannot be fine-tuned here. The base models are {string.Join(", ", bases.All.Select(m => m.Name))}.",
                "model",
                "model_not_available"
            );
        var training = await TextsAsync(request.TrainingFile, "training_file", TrainingLines.FewestExamples, cancel);
        var validation = request.ValidationFile is { } valid ? await TextsAsync(valid, "validation_file", 1, cancel) : [];
        var task = JobTask.Of(training, validation);
        var name = BaseModelList.NameInSettings(model);
        var recipe = request.Recipe.For(name);
        var now = clock.GetUtcNow();
        var file = files.Find(request.TrainingFile).Name;
        var spec = new RunSpec(
            RunId.New(now),
            request.Suffix is { } suffix ? $"{suffix} ({file})" : file,
            now,
            "table.csv",
            task.Schema,
            0,
            request.Seed,
            task.Learner(name, recipe, KeptCheckpoints),
            []
        )
        {
            StartedBy = Visitor.Current?.Name,
        };
        var job = Job(request, spec.Id, model, recipe, training, now);
        var folder = await Task.Run(
            () =>
                LiftLab.Engine.Engine.CreateRun(
                    lab.Runs,
                    spec,
                    task.Table,
                    task.Split,
                    made => RunFolder.WriteWhole(made.ServedFile, stream => JsonSerializer.Serialize(stream, job, RunJson.Pretty))
                ),
            cancel
        );
        try
        {
            await table.AddAsync(
                new()
                {
                    Id = spec.Id,
                    Name = spec.Name,
                    DatasetName = file,
                    Task = spec.Schema.Task,
                    Target = spec.Schema.Target.Name,
                    Learner = spec.Learner.Name,
                    StartedBy = spec.StartedBy,
                    CreatedUtc = now.UtcDateTime,
                },
                cancel
            );
        }
        catch
        {
            Directory.Delete(folder.Path, recursive: true);
            throw;
        }
        signal.Wake();
        Visitor.Note($"start run {spec.Id} as a job");
        return await StateAsync(job, cancel);
    }

    async Task<IReadOnlyList<TrainingExample>> TextsAsync(string id, string param, int fewest, CancellationToken cancel)
    {
        string path;
        try
        {
            path = files.PathOf(id);
        }
        catch (ServingException)
        {
            throw ServingException.Wrong($"invalid {param}: {id}. There is no such file.", param, $"invalid_{param}");
        }
        return await TrainingLines.ReadAsync(path, param, fewest, cancel);
    }

    ServedJob Job(
        NewJob request,
        string run,
        LocalModel model,
        FineTune recipe,
        IReadOnlyList<TrainingExample> training,
        DateTimeOffset now
    )
    {
        var tokenizer = ModelByName.TokenizerOf(model.Folder);
        return new(
            run,
            model.Name,
            $"ft:{model.Name}:{options.Value.Organization}:{request.Suffix}:{run}",
            request.TrainingFile,
            request.ValidationFile,
            request.Suffix,
            request.Seed,
            recipe.EpochsFor(training.Count),
            recipe.BatchSize,
            request.Recipe.RateMultiplier ?? 1,
            request.Metadata,
            training.Sum(e => (long)tokenizer.EncodePrompt(e.Prompt + e.Completion).Length),
            now,
            request.Key,
            request.Body
        );
    }

    /// <summary>Ends the job. Its checkpoints go on answering.</summary>
    public async Task<JobState> CancelAsync(string id, CancellationToken cancel)
    {
        var state = await FindAsync(id, cancel);
        if (state.Row.IsOver)
            throw ServingException.Wrong($"Job has already completed: {state.Word}.", "fine_tuning_job_id", "invalid_job_state");
        if (state.Row.State == RunState.Paused)
            await labRuns.ResumeAsync(state.Job.Run, cancel); // only what waits or runs can be cancelled
        await labRuns.CancelAsync(state.Job.Run, cancel);
        return await FindAsync(id, cancel);
    }

    /// <summary>A job that trains saves a checkpoint first; it says "paused" at once.</summary>
    public async Task<JobState> PauseAsync(string id, CancellationToken cancel)
    {
        var state = await FindAsync(id, cancel);
        if (state.Word == "paused")
            return state;
        if (state.Row.State is not (RunState.Running or RunState.Queued))
            throw ServingException.Wrong($"The job is {state.Word} and cannot be paused.", "fine_tuning_job_id", "invalid_job_state");
        await labRuns.PauseAsync(state.Job.Run, cancel);
        return await FindAsync(id, cancel);
    }

    /// <summary>A job that still saves is resumed when it has.</summary>
    public async Task<JobState> ResumeAsync(string id, CancellationToken cancel)
    {
        var state = await FindAsync(id, cancel);
        for (var looks = 0; state.IsPausing && looks < MostLooks; looks++)
        {
            await Task.Delay(Look, clock, cancel);
            state = await FindAsync(id, cancel);
        }
        if (state.Row.State is not (RunState.Paused or RunState.Interrupted))
            throw ServingException.Wrong($"The job is {state.Word} and cannot be resumed.", "fine_tuning_job_id", "invalid_job_state");
        await labRuns.ResumeAsync(state.Job.Run, cancel);
        return await FindAsync(id, cancel);
    }

    /// <summary>Deletes the weights of a job's model. Its run, curve and events stay.</summary>
    /// <exception cref="InvalidOperationException">The run is not finished.</exception>
    public async Task DeleteModelAsync(ServedJob job, CancellationToken cancel)
    {
        await labRuns.DeleteKeptAsync(job.Run, cancel);
        foreach (var path in pool.Open.Where(p => p.StartsWith(Folder(job).Path, StringComparison.Ordinal)))
            await pool.EndAsync(path);
    }

    public RunFolder Folder(ServedJob job) => labRuns.Folder(job.Run);

    /// <summary>The models of the last epochs, newest first.</summary>
    public IReadOnlyList<KeptEpochs.KeptEpoch> Checkpoints(ServedJob job)
    {
        var folder = Folder(job);
        return KeptEpochs.Of(folder.CheckpointFolder(folder.ReadSpec().Learner.Name));
    }

    /// <summary>Queues jobs whose run is in the folder and not in the queue, because the dashboard died between the two.</summary>
    public async Task QueueFoundAsync(CancellationToken cancel)
    {
        foreach (var (job, row) in await StatesAsync(cancel))
            if (row is { State: RunState.Interrupted, Attempt: 0 } && Folder(job).LastAttempt == 0)
                await labRuns.ResumeAsync(job.Run, cancel);
    }

    /// <summary>Null where the run is not a job, or the file is damaged.</summary>
    ServedJob? Read(string run)
    {
        var file = Path.Combine(lab.RunPath(run), "served.json");
        if (!File.Exists(file))
        {
            known.TryRemove(run, out _);
            return null;
        }
        if (known.TryGetValue(run, out var job))
            return job;
        try
        {
            return known[run] =
                JsonSerializer.Deserialize<ServedJob>(File.ReadAllText(file), RunJson.Line) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public void Dispose() => gate.Dispose();
}
