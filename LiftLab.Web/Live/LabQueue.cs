using LiftLab.Engine.Runs;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live;

/// <summary>A run or a study that runs or waits.</summary>
/// <param name="Standing">What it is doing, as a sentence: its place in the queue, what runs, the time that is left.</param>
public sealed record QueueItem(string Id, string Name, bool IsStudy, RunState State, double Position, string Standing)
{
    /// <summary>Who has started it; null where nobody signed in.</summary>
    public string? Owner { get; init; }
}

/// <summary>
/// The queue that runs and studies share. What a person queues or resumes goes to its end, what was interrupted to its front, and what
/// waits can be moved.
/// </summary>
public sealed class LabQueue(RunTable runs, StudyQueue studies, RunJobs jobs, WorkSignal signal)
{
    /// <summary>Raised when something was added, removed, moved or changed its state. Raised on any thread.</summary>
    public event Action? Changed
    {
        add => signal.Changed += value;
        remove => signal.Changed -= value;
    }

    /// <summary>Those that run, then those that wait, in the order in which they start.</summary>
    public async Task<IReadOnlyList<QueueItem>> ListAsync(CancellationToken cancel = default)
    {
        var all = (await runs.UnfinishedAsync(cancel))
            .Select(r => new QueueItem(r.Id, r.Name, false, r.State, r.Position, Standing(r.Id, r.State)) { Owner = r.StartedBy })
            .Concat(
                studies
                    .Unfinished.Where(s => s.State is RunState.Running or RunState.Queued)
                    .Select(s => new QueueItem(s.Id, s.Name, true, s.State, s.Position, Standing(s.Id, s.State)) { Owner = s.StartedBy })
            );
        return [.. all.OrderBy(i => i.State != RunState.Running).ThenBy(i => i.Position).ThenBy(i => i.Id, StringComparer.Ordinal)];
    }

    /// <summary>What a run or study that runs or waits is doing, as a sentence.</summary>
    public string Standing(string id, RunState state) =>
        jobs.Reasons.GetValueOrDefault(id, state == RunState.Running ? "Running." : "It was just put into the queue.");

    /// <summary>Moves a waiting run or study within the queue.</summary>
    /// <exception cref="InvalidOperationException">It does not wait.</exception>
    public async Task MoveAsync(string id, QueueMove move, CancellationToken cancel = default)
    {
        var waiting = (await ListAsync(cancel)).Where(i => i.State == RunState.Queued).ToList();
        var from = waiting.FindIndex(i => i.Id == id);
        if (from < 0)
            throw new InvalidOperationException($"'{id}' does not wait: it has no place in the queue.");
        var moved = waiting[from];
        var to = move switch
        {
            QueueMove.First => 0,
            QueueMove.Up => from - 1,
            QueueMove.Down => from + 1,
            _ => waiting.Count - 1,
        };
        waiting.RemoveAt(from);
        waiting.Insert(Math.Clamp(to, 0, waiting.Count), moved);
        foreach (var (item, i) in waiting.Select((item, i) => (item, i)).Where(w => w.item.Position != w.i + 1))
            if (item.IsStudy)
                studies.Change(item.Id, s => s with { Position = i + 1 });
            else
                await runs.ChangeAsync(item.Id, r => r.Position = i + 1, cancel);
        signal.Wake();
    }
}
