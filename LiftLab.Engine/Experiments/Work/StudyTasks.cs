using System.Collections.Concurrent;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Experiments.Work;

/// <summary>The clean tasks of a study: each table is read once, each split is made once. Thread-safe.</summary>
sealed class StudyTasks(StudyFolder folder, StudySpec spec)
{
    readonly ConcurrentDictionary<string, Lazy<Task<Table>>> tables = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<(string, int), LearningTask> tasks = new();

    /// <exception cref="BadDataException">The table is gone, was changed, or cannot be split.</exception>
    public async Task<LearningTask> CleanAsync(string table, int splitSeed)
    {
        var entry = spec.Tables.First(t => t.Name == table);
        var read = await tables.GetOrAdd(table, _ => new(() => folder.ReadTableAsync(entry))).Value;
        return tasks.GetOrAdd((table, splitSeed), _ => new(read, entry.Schema, SplitMaker.Make(read, entry.Schema, splitSeed)));
    }
}
