using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Runs.Resident;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Live.Predictions;

/// <summary>A table for which a run's learners predict: how far it is, what was found, and where its files lie.</summary>
public sealed class PredictionJob : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal PredictionJob(string run, string id, string folder, PredictionRequest request) =>
        (Run, Id, Folder, Request) = (run, id, folder, request);

    public string Run { get; }

    /// <summary>Unique among the jobs of all runs.</summary>
    public string Id { get; }

    public PredictionRequest Request { get; }

    internal string Folder { get; }

    /// <summary>The uploaded file, whatever its name was.</summary>
    internal string Table => Path.Combine(Folder, "table");

    public string CsvFile => Path.Combine(Folder, "predictions.csv");
    public string JsonLinesFile => Path.Combine(Folder, "predictions.jsonl");
    public string WorkbookFile => Path.Combine(Folder, "predictions.xlsx");

    /// <summary>Something has changed. Raised on any thread.</summary>
    public event Action? Changed;

    public AskingProgress Now { get; private set; } = new("start");

    public IReadOnlyList<Problem> Problems { get; private set; } = [];

    /// <summary>What the answers cost; null where they cost nothing.</summary>
    public AnswerPrice? Price { get; internal set; }

    /// <summary>Whether it waits until a person has agreed to the price.</summary>
    public bool IsHeld { get; internal set; }

    /// <summary>All columns of the table with predictions, and its first rows; null until the first answers are there.</summary>
    public IReadOnlyList<string>? Columns { get; private set; }

    public IReadOnlyList<IReadOnlyList<string>> FirstRows { get; private set; } = [];

    /// <summary>How many of the columns are the person's own; they come first.</summary>
    public int Own { get; private set; }

    /// <summary>The sheets of a workbook; empty for other files.</summary>
    public IReadOnlyList<string> Sheets { get; private set; } = [];

    public string? Sheet { get; private set; }

    public TableAnswered? Answered { get; private set; }

    /// <summary>Why it ended without a result; null where it did not, and where it was cancelled.</summary>
    public Exception? Failure { get; private set; }

    public bool IsOver => Answered is not null || Failure is not null || IsCancelled;

    public bool IsCancelled { get; private set; }

    /// <summary>Completes at the first answers, or when the job is over.</summary>
    public Task Begun => begun.Task;

    /// <summary>Completes when the job is over, never with a fault.</summary>
    public Task Over { get; private set; } = Task.CompletedTask;

    /// <summary>Ends the work. Does nothing where it is over.</summary>
    public void Cancel()
    {
        if (!IsOver)
            stop.Cancel();
    }

    internal void Start(Func<Action<ResidentNews>, CancellationToken, Task<TableAnswered>> work) => Over = RunAsync(work);

    async Task RunAsync(Func<Action<ResidentNews>, CancellationToken, Task<TableAnswered>> work)
    {
        try
        {
            var answered = await work(Hear, stop.Token);
            (Problems, Answered) = (answered.Problems, answered);
        }
        catch (OperationCanceledException)
        {
            IsCancelled = true;
        }
        catch (Exception e)
        {
            Failure = e;
        }
        begun.TrySetResult();
        Changed?.Invoke();
    }

    void Hear(ResidentNews news)
    {
        Now = news.Now ?? Now;
        Problems = news.Problems ?? Problems;
        if (news.Columns is { } columns)
        {
            (Columns, FirstRows, Own) = (columns, news.FirstRows ?? [], news.Own ?? 0);
            begun.TrySetResult();
        }
        if (news.Sheets is { } sheets)
            (Sheets, Sheet) = (sheets, news.Sheet);
        Changed?.Invoke();
    }

    internal async Task DeleteAsync()
    {
        await stop.CancelAsync();
        await Over;
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        Dispose();
    }

    public void Dispose() => stop.Dispose();
}

/// <param name="FileName">Null for the rows of the run's own table that have no target.</param>
/// <param name="Learners">By name; null for all of the run.</param>
/// <param name="Sheet">Of a workbook; null for the first that has the run's columns.</param>
/// <param name="DecimalMark">Null for that of the run's table.</param>
public sealed record PredictionRequest(
    string? FileName,
    IReadOnlyList<string>? Learners,
    string? Sheet = null,
    char? DecimalMark = null,
    bool Csv = true,
    bool JsonLines = false,
    bool Workbook = false
)
{
    /// <summary>Whether answers that cost money wait for a person's consent.</summary>
    public bool AsksFirst { get; init; }

    /// <summary>The amount that a person has typed, where the answers cost more than the lab's threshold.</summary>
    public string? Confirmed { get; init; }
}

/// <summary>What answers cost.</summary>
/// <param name="Dollars">Of the learners with a price; null for none.</param>
/// <param name="Unpriced">Whether a learner costs money and has no price in the list.</param>
public sealed record AnswerPrice(int Rows, decimal? Dollars, bool Unpriced);
