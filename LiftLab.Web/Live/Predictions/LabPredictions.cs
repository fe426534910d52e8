using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Runs.Resident;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Predictions;

/// <summary>
/// All that pages and scripts do with the models of finished runs. The models are open in resident workers; uploaded tables and their
/// predictions lie in the lab's folder until others take their place, or the dashboard starts again.
/// </summary>
public sealed class LabPredictions : IDisposable
{
    /// <summary>Finished jobs that are kept, with their files; the oldest goes first.</summary>
    const int MostJobs = 20;

    readonly ResidentPool pool;
    readonly LabRuns runs;
    readonly LabFolder lab;
    readonly LabOptions options;
    readonly List<PredictionJob> jobs = [];
    bool clean;

    public LabPredictions(ResidentPool pool, LabRuns runs, LabFolder lab, IOptions<LabOptions> options)
    {
        (this.pool, this.runs, this.lab, this.options) = (pool, runs, lab, options.Value);
        runs.Changed += CloseStale;
    }

    /// <summary>Predictions for rows that are given as cells.</summary>
    /// <param name="learners">By name; null for all.</param>
    /// <param name="words">Whether LIFT's question about the first row is part of the answer.</param>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="ResidentRefusedException">The question cannot be answered.</exception>
    /// <exception cref="ResidentGoneException">The worker died over it, twice.</exception>
    public async Task<ResidentAnswer.Rows> RowsAsync(
        string run,
        IReadOnlyList<IReadOnlyDictionary<string, string>> cells,
        IReadOnlyList<string>? learners,
        bool words,
        CancellationToken cancel
    ) => (ResidentAnswer.Rows)await pool.AskAsync(PathOf(run), new ResidentQuestion.Rows(cells, learners, words), null, cancel);

    /// <inheritdoc cref="RowsAsync"/>
    public async Task<ResidentAnswer.Flips> FlipsAsync(
        string run,
        IReadOnlyDictionary<string, string> cells,
        string? learner,
        CancellationToken cancel
    ) => (ResidentAnswer.Flips)await pool.AskAsync(PathOf(run), new ResidentQuestion.Flips(cells, learner), null, cancel);

    /// <summary>Receives a table, and begins to predict for it.</summary>
    /// <param name="file">Null where the request names none.</param>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="IOException">The disk is full, or the upload broke off.</exception>
    public async Task<PredictionJob> StartAsync(string run, Stream? file, PredictionRequest request, CancellationToken cancel)
    {
        var path = PathOf(run);
        var job = Make(run, request);
        try
        {
            if (file is not null)
            {
                await using var into = File.Create(job.Table);
                await file.CopyToAsync(into, cancel);
            }
        }
        catch
        {
            await RemoveAsync(job);
            throw;
        }
        Begin(job, path);
        return job;
    }

    /// <summary>Predicts for the table of another job once more, with another choice.</summary>
    public async Task<PredictionJob> AgainAsync(PredictionJob other, PredictionRequest request)
    {
        var path = PathOf(other.Run);
        var job = Make(other.Run, request);
        if (File.Exists(other.Table))
            File.Move(other.Table, job.Table);
        await RemoveAsync(other);
        Begin(job, path);
        return job;
    }

    public PredictionJob? Find(string run, string id)
    {
        lock (jobs)
            return jobs.Find(j => j.Run == run && j.Id == id);
    }

    /// <summary>The newest job of a run; null for none.</summary>
    public PredictionJob? Last(string run)
    {
        lock (jobs)
            return jobs.FindLast(j => j.Run == run && j.Request.Workbook);
    }

    /// <summary>Ends a job and deletes its files.</summary>
    public async Task RemoveAsync(PredictionJob job)
    {
        lock (jobs)
            jobs.Remove(job);
        await job.DeleteAsync();
    }

    PredictionJob Make(string run, PredictionRequest request)
    {
        List<PredictionJob> old = [];
        PredictionJob job;
        lock (jobs)
        {
            if (!clean && Directory.Exists(lab.Predictions))
                Directory.Delete(lab.Predictions, recursive: true);
            clean = true;
            var id = Guid.NewGuid().ToString("N")[..12];
            job = new(run, id, Path.Combine(lab.Predictions, id), request);
            Directory.CreateDirectory(job.Folder);
            while (jobs.Count >= MostJobs && jobs.Find(j => j.IsOver) is { } oldest)
            {
                jobs.Remove(oldest);
                old.Add(oldest);
            }
            jobs.Add(job);
        }
        foreach (var one in old)
            _ = one.DeleteAsync();
        return job;
    }

    void Begin(PredictionJob job, string path)
    {
        var request = job.Request;
        var reading = request is { Sheet: null, DecimalMark: null }
            ? null
            : new TableReadOptions { Sheet = request.Sheet, DecimalMark = request.DecimalMark };
        var question = new ResidentQuestion.Table(
            request.FileName is null ? null : job.Table,
            reading,
            options.MaxUploadBytes,
            options.MaxRows,
            options.MaxColumns,
            request.Learners,
            request.Csv ? job.CsvFile : null,
            request.JsonLines ? job.JsonLinesFile : null,
            request.Workbook ? job.WorkbookFile : null
        );
        job.Start(async (hear, cancel) => ((ResidentAnswer.Table)await pool.AskAsync(path, question, hear, cancel)).Answered);
    }

    /// <summary>The name of a run's main learner.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public string MainLearner(string run) => runs.Folder(run).ReadSpec().Learner.Name;

    string PathOf(string run) => runs.Folder(run).Path;

    /// <summary>Ends the workers of runs that were deleted, or that learn again.</summary>
    void CloseStale()
    {
        foreach (var path in pool.Open)
            if (!File.Exists(Path.Combine(path, "report.json")) && !TextModel.IsThere(path))
                _ = pool.EndAsync(path);
    }

    public void Dispose()
    {
        runs.Changed -= CloseStale;
        lock (jobs)
            foreach (var job in jobs)
                job.Cancel();
    }
}
