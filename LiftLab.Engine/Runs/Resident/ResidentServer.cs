using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Resident;

/// <summary>
/// Answers questions about one run, or to one model alone, line by line, until the input ends. Questions are worked on at the same time: a
/// question about a row is answered between two pieces of a table.
/// </summary>
/// <param name="run">The run's models; null for a worker that keeps one model open and continues texts only.</param>
public sealed class ResidentServer(RunModels? run, TextDesk texts, TextReader input, TextWriter output, TimeProvider clock) : IDisposable
{
    /// <summary>Rows of a table that are shown while the others are answered.</summary>
    const int FirstRows = 20;

    RunModels models =>
        run ?? throw new ArgumentException("this worker keeps a model open, and no run: it continues texts, and knows no rows");

    readonly SemaphoreSlim writing = new(1, 1);
    readonly ConcurrentDictionary<long, CancellationTokenSource> going = new();

    public async Task RunAsync(CancellationToken cancel)
    {
        await SayAsync(new(0, Answer: new ResidentAnswer.Ready(Environment.ProcessId)));
        while (await input.ReadLineAsync(cancel) is { } line)
        {
            if (line.Length == 0)
                continue;
            ResidentRequest request;
            try
            {
                request = JsonSerializer.Deserialize<ResidentRequest>(line, RunJson.Line) ?? throw new JsonException("it is null");
            }
            catch (Exception e) when (e is JsonException or NotSupportedException)
            {
                await SayAsync(new(-1, Refusal: new("bad-question", $"a line is no question: {e.Message}", "Send another one.")));
                continue;
            }
            if (request.Question is ResidentQuestion.Cancel { Id: var id })
            {
                if (going.TryGetValue(id, out var other))
                    await other.CancelAsync();
            }
            else
                _ = Task.Run(() => AnswerAsync(request, cancel), cancel);
        }
        foreach (var one in going.Values)
            await one.CancelAsync();
    }

    async Task AnswerAsync(ResidentRequest request, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        going[request.Id] = stop;
        ResidentReply reply;
        try
        {
            reply = new(request.Id, Answer: await AnswerAsync(request.Id, request.Question, stop.Token));
        }
        catch (Exception e)
        {
            reply = new(request.Id, Refusal: Refusal(e));
        }
        going.TryRemove(request.Id, out _);
        await SayAsync(reply);
    }

    async Task<ResidentAnswer> AnswerAsync(long id, ResidentQuestion question, CancellationToken cancel) =>
        question switch
        {
            ResidentQuestion.Rows rows => await RowsAsync(rows, cancel),
            ResidentQuestion.Flips flips => await FlipsAsync(flips, cancel),
            ResidentQuestion.Table table => await TableAsync(id, table, cancel),
            ResidentQuestion.Texts asked => new ResidentAnswer.Texts(
                await texts.WriteAsync(asked.Requests, asked.Streams ? piece => Tell(id, new(Piece: piece)) : null, cancel)
            ),
            _ => throw new NotSupportedException($"there are no questions of the kind {question.GetType().Name}"),
        };

    async Task<ResidentAnswer> RowsAsync(ResidentQuestion.Rows question, CancellationToken cancel)
    {
        var asked = AskedCells.Of(models.Run.Spec, models.Run.Task, question.Cells, question.Typed);
        int[] rows = [.. Enumerable.Range(0, question.Cells.Count)];
        var answers = new List<LearnerAnswers>();
        AskedWords? words = null;
        foreach (var learner in Named(question.Learners))
            try
            {
                var predicted = await models.AskAsync(
                    learner,
                    async model =>
                    {
                        if (question.Words && words is null && rows.Length > 0 && model is IAsksInWords asker)
                            words = asker.Words(asked.Features, 0);
                        return await model.PredictAsync(asked.Features, rows, cancel);
                    },
                    cancel
                );
                answers.Add(new(learner.Name, learner.Title, [.. predicted.Select((p, i) => RowAnswer.Of(i, p))], learner.HalfWidth));
            }
            catch (Exception e) when (e is IExplained)
            {
                answers.Add(new(learner.Name, learner.Title, null, null, Refusal(e)));
            }
        return new ResidentAnswer.Rows(answers, asked.Problems, words);
    }

    async Task<ResidentAnswer> FlipsAsync(ResidentQuestion.Flips question, CancellationToken cancel)
    {
        var learner = models.Find(question.Learner);
        var asked = AskedCells.Of(models.Run.Spec, models.Run.Task, [question.Cells], question.Typed).Features;
        var row = asked.Columns.ToDictionary(c => c.Name, c => c.Cells[0], StringComparer.Ordinal);
        return new ResidentAnswer.Flips(learner.Name, await new NearestFlip(models.Run.Task).FindAsync(models, learner, row, cancel));
    }

    async Task<ResidentAnswer> TableAsync(long id, ResidentQuestion.Table question, CancellationToken cancel)
    {
        var reading = (question.Reading ?? TableReadOptions.Default) with
        {
            MaxBytes = question.MaxBytes,
            MaxRows = question.MaxRows,
            MaxColumns = question.MaxColumns,
        };
        var work = new TableWork(models, now => Tell(new(Now: now)), clock);
        var answered = await work.RunAsync(
            new(question.File, reading, Named(question.Learners)),
            Writers,
            problems => Tell(new(Problems: problems)),
            cancel
        );
        return new ResidentAnswer.Table(answered);

        IReadOnlyList<AnswerWriter> Writers(AskedRows asked, AnsweredTable table)
        {
            if (asked.First.Format is { SheetNames.Count: > 0 } format)
                Tell(new(Sheets: format.SheetNames, Sheet: format.Sheet));
            var writers = new List<AnswerWriter>
            {
                new FirstAnswers(
                    table,
                    Math.Min(FirstRows, asked.Count),
                    rows => Tell(new(Columns: [.. table.Names], FirstRows: rows, Own: table.Own.Count))
                ),
            };
            if (question.Csv is { } csv)
                writers.Add(new CsvAnswers(table, Text(csv)));
            if (question.JsonLines is { } lines)
                writers.Add(new JsonLineAnswers(table, models.Run.Task.Target, Text(lines)));
            if (question.Workbook is { } workbook && asked.Count <= WorkbookAnswers.MostRows)
                writers.Add(new WorkbookAnswers(table, workbook, () => Tell(new(Now: new("workbook")))));
            return writers;
        }

        void Tell(ResidentNews news) => this.Tell(id, news);

        static StreamWriter Text(string file) =>
            new(new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read), new UTF8Encoding(false), 1 << 16);
    }

    void Tell(long id, ResidentNews news) => _ = SayAsync(new(id, Progress: news));

    IReadOnlyList<AskedLearner> Named(IReadOnlyList<string>? names) => names is null ? models.Learners : [.. names.Select(models.Find)];

    async Task SayAsync(ResidentReply reply)
    {
        var line = JsonSerializer.Serialize(reply, RunJson.Line);
        await writing.WaitAsync();
        try
        {
            await output.WriteLineAsync(line);
            await output.FlushAsync();
        }
        catch (IOException)
        {
            // nobody listens any more; the input ends too
        }
        finally
        {
            writing.Release();
        }
    }

    static ResidentRefusal Refusal(Exception fault) =>
        fault switch
        {
            OperationCanceledException => new(ResidentRefusal.Cancelled, "it was cancelled", "Ask again."),
            IExplained e => new(e.Code, e.What, e.WhatToDo),
            BadDataException e => new(
                e.Problems is [var only] ? only.Code : "table-unusable",
                e.Problems is [var one] ? one.What : "the table cannot be used",
                e.Problems is [var first] ? first.WhatToDo : "See the problems.",
                e.Problems
            ),
            ArgumentException e => new("bad-question", e.Message, "Change the question."),
            IOException e when DiskSpace.IsUsedUp(e) => new("disk-full", "the disk is full", "Free some space, then try again."),
            _ => new("worker-fault", $"{fault.GetType().Name}: {fault.Message}", "Try again. If it happens again, report it."),
        };

    public void Dispose() => writing.Dispose();
}
