using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Runs.Resident;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
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
    readonly LabProviders providers;
    readonly LabFolder lab;
    readonly LabOptions options;
    readonly List<PredictionJob> jobs = [];
    bool clean;

    public LabPredictions(ResidentPool pool, LabRuns runs, LabProviders providers, LabFolder lab, IOptions<LabOptions> options)
    {
        (this.pool, this.runs, this.providers, this.lab, this.options) = (pool, runs, providers, lab, options.Value);
        runs.Changed += CloseStale;
    }

    /// <summary>Predictions for rows that are given as cells.</summary>
    /// <param name="learners">By name; null for all.</param>
    /// <param name="words">Whether LIFT's question about the first row is part of the answer.</param>
    /// <param name="typed">The columns that a person typed, which are read and changed as the run's file was; null: all.</param>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="ResidentRefusedException">The question cannot be answered.</exception>
    /// <exception cref="ResidentGoneException">The worker died over it, twice.</exception>
    /// <exception cref="BadDataException">The answers cost money that was not confirmed, or more than this month's limit.</exception>
    public async Task<ResidentAnswer.Rows> RowsAsync(
        string run,
        IReadOnlyList<IReadOnlyDictionary<string, string>> cells,
        IReadOnlyList<string>? learners,
        bool words,
        CancellationToken cancel,
        string? confirmed = null,
        IReadOnlyList<string>? typed = null
    )
    {
        Visitor.Demand(Role.Run, "predict");
        if (await PriceAsync(run, learners, cells.Count, cancel) is { } price)
            await AllowAsync(price, confirmed, cancel);
        var question = new ResidentQuestion.Rows(cells, learners, words, typed);
        return (ResidentAnswer.Rows)await pool.AskAsync(PathOf(run), question, null, cancel);
    }

    /// <summary>What answers cost; null where they cost nothing.</summary>
    /// <param name="learners">By name; null for all.</param>
    public async Task<AnswerPrice?> PriceAsync(string run, IReadOnlyList<string>? learners, int rows, CancellationToken cancel)
    {
        var spec = runs.Folder(run).ReadSpec();
        if (!spec.Learners.Any(l => LabProviders.IsPaid(l) && learners?.Contains(l.Name) != false))
            return null;
        var opened = await runs.OpenAsync(run, cancel);
        var (dollars, unpriced) = await Task.Run(() => providers.AnswerPrice(spec, opened.Task, learners, rows), cancel);
        return dollars is 0 && !unpriced ? null : new(rows, dollars, unpriced);
    }

    /// <summary>What must be typed before answers are asked for; null for nothing.</summary>
    public string? Asks(AnswerPrice price) => providers.Asks(price.Dollars, price.Unpriced);

    async Task AllowAsync(AnswerPrice price, string? confirmed, CancellationToken cancel)
    {
        if (await providers.OverMonthAsync(price.Dollars, price.Unpriced, cancel) is { } over)
            throw new BadDataException([over]);
        providers.CheckConfirmed(price.Dollars, price.Unpriced, confirmed);
    }

    /// <inheritdoc cref="RowsAsync"/>
    public async Task<ResidentAnswer.Flips> FlipsAsync(
        string run,
        IReadOnlyDictionary<string, string> cells,
        string? learner,
        CancellationToken cancel,
        IReadOnlyList<string>? typed = null
    )
    {
        Visitor.Demand(Role.Run, "predict");
        var spec = runs.Folder(run).ReadSpec();
        if (spec.Learners.Any(l => LabProviders.IsPaid(l) && l.Name == (learner ?? spec.Learner.Name)))
            throw new BadDataException([
                new(
                    Severity.Error,
                    "flips-cost-money",
                    "the search asks about hundreds of rows, and each answer of this learner costs money",
                    "Choose another learner of the run."
                ),
            ]);
        return (ResidentAnswer.Flips)await pool.AskAsync(PathOf(run), new ResidentQuestion.Flips(cells, learner, typed), null, cancel);
    }

    /// <summary>Receives a table, and begins to predict for it.</summary>
    /// <param name="file">Null where the request names none.</param>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="IOException">The disk is full, or the upload broke off.</exception>
    public async Task<PredictionJob> StartAsync(string run, Stream? file, PredictionRequest request, CancellationToken cancel)
    {
        Visitor.Demand(Role.Run, "predict");
        Visitor.Note($"predict a table with run {run}");
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
        await BeginOrHoldAsync(job, path, cancel);
        return job;
    }

    /// <summary>Begins, or waits for a person's consent where the answers cost money.</summary>
    async Task BeginOrHoldAsync(PredictionJob job, string path, CancellationToken cancel)
    {
        try
        {
            // The rows are counted only where they cost something.
            if (await PriceAsync(job.Run, job.Request.Learners, 1, cancel) is not null)
            {
                var rows = await RowsOfAsync(job, cancel);
                job.Price = await PriceAsync(job.Run, job.Request.Learners, rows, cancel);
                if (await providers.OverMonthAsync(job.Price!.Dollars, job.Price.Unpriced, cancel) is { } over)
                    throw new BadDataException([over]);
                if (job.Request.AsksFirst)
                {
                    job.IsHeld = true;
                    return;
                }
                providers.CheckConfirmed(job.Price.Dollars, job.Price.Unpriced, job.Request.Confirmed);
            }
        }
        catch
        {
            await RemoveAsync(job);
            throw;
        }
        Begin(job, path);
    }

    /// <summary>Begins a job that waits for consent.</summary>
    /// <param name="typed">The amount, where it is asked for.</param>
    /// <exception cref="BadDataException">It was not confirmed.</exception>
    public async Task ConfirmAsync(PredictionJob job, string typed, CancellationToken cancel)
    {
        Visitor.Demand(Role.Run, "predict");
        if (!job.IsHeld)
            return;
        await AllowAsync(job.Price!, typed, cancel);
        job.IsHeld = false;
        Begin(job, PathOf(job.Run));
    }

    async Task<int> RowsOfAsync(PredictionJob job, CancellationToken cancel)
    {
        var opened = await runs.OpenAsync(job.Run, cancel);
        if (job.Request.FileName is null)
            return AskedTable.RowsWithoutTarget(opened.Task).Count;
        var chosen = (ReadingOf(job.Request) ?? TableReadOptions.Default) with
        {
            MaxBytes = options.MaxUploadBytes,
            MaxRows = options.MaxRows,
            MaxColumns = options.MaxColumns,
        };
        var asked = await Task.Run(() => AskedFile.ReadAsync(opened.Spec, opened.Task, job.Table, chosen, cancel), cancel);
        return asked.Given.RowCount;
    }

    static TableReadOptions? ReadingOf(PredictionRequest request) =>
        request is { Sheet: null, DecimalMark: null } ? null : new() { Sheet = request.Sheet, DecimalMark = request.DecimalMark };

    /// <summary>Predicts for the table of another job once more, with another choice.</summary>
    public async Task<PredictionJob> AgainAsync(PredictionJob other, PredictionRequest request)
    {
        Visitor.Demand(Role.Run, "predict");
        var path = PathOf(other.Run);
        var job = Make(other.Run, request);
        if (File.Exists(other.Table))
            File.Move(other.Table, job.Table);
        await RemoveAsync(other);
        await BeginOrHoldAsync(job, path, CancellationToken.None);
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
            foreach (var left in clean ? [] : lab.Abandoned(lab.Predictions).ToArray())
                Directory.Delete(left, recursive: true);
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
        var reading = ReadingOf(request);
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
