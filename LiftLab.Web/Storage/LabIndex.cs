using System.Text.Json;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Storage;

/// <summary>Makes the database agree with the folders. The database can be deleted at any time; this fills a new one.</summary>
public sealed class LabIndex(LabFolder lab, LabDatabase database)
{
    /// <param name="Problems">Folders that could not be read, each with the reason.</param>
    public sealed record Reconciliation(int Added, int Removed, IReadOnlyList<string> Problems);

    public Task<Reconciliation> ReconcileAsync(CancellationToken cancel) => database.UseAsync(db => ReconcileAsync(db, cancel), cancel);

    async Task<Reconciliation> ReconcileAsync(LabDb db, CancellationToken cancel)
    {
        var problems = new List<string>();
        var removed = 0;
        foreach (var half in Directory.EnumerateDirectories(lab.Runs, ".new-*"))
            Directory.Delete(half, recursive: true);

        var known = await db.Runs.Select(r => r.Id).ToHashSetAsync(StringComparer.Ordinal, cancel);
        foreach (var run in lab.AllRuns())
        {
            if (known.Remove(run.Id))
                continue;
            try
            {
                db.Runs.Add(RunRow.Of(run.ReadSpec() with { Id = run.Id }, RunStory.Read(run, learner: null), run.ReadReport()));
            }
            catch (Exception e)
                when (e is BadDataException or IOException or UnauthorizedAccessException or InvalidOperationException or JsonException)
            {
                problems.Add($"run {run.Id}: {e.Message}");
            }
        }
        removed += await db.Runs.Where(r => known.Contains(r.Id)).ExecuteDeleteAsync(cancel);

        var tables = await db.Datasets.Select(d => d.Id).ToHashSetAsync(cancel);
        foreach (var folder in Directory.EnumerateDirectories(lab.Datasets))
        {
            if (!Guid.TryParseExact(Path.GetFileName(folder), "N", out var id) || tables.Remove(id))
                continue;
            if (DatasetCard.Read(folder, id, problems) is { } row)
                db.Datasets.Add(row);
        }
        removed += await db.Datasets.Where(d => tables.Contains(d.Id)).ExecuteDeleteAsync(cancel);
        return new(await db.SaveChangesAsync(cancel), removed, problems);
    }
}
