using System.Text.Json.Nodes;
using LiftLab.Engine;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Live;

/// <summary>Which runs and studies that are not over need a model of the lab.</summary>
public sealed class ModelUse(LabFolder lab, LabDatabase database, StudyQueue studies)
{
    /// <summary>The first run or study found, such as "the run 'Iris'"; null if the model is free.</summary>
    public async Task<string?> OfAsync(LocalModel model, CancellationToken cancel)
    {
        var rows = await database.UseAsync(
            db =>
                db.Runs.AsNoTracking()
                    .Where(r => r.State != RunState.Succeeded && r.State != RunState.Failed && r.State != RunState.Cancelled)
                    .Select(r => new { r.Id, r.Name })
                    .ToListAsync(cancel),
            cancel
        );
        return await Task.Run(
            () =>
                rows.Where(r => Needs(model, Learners(() => lab.Run(r.Id)?.ReadSpec().Learners)))
                    .Select(r => $"the run '{r.Name}'")
                    .Concat(
                        studies
                            .All.Where(s => s.State is not (RunState.Succeeded or RunState.Failed or RunState.Cancelled))
                            .Where(s => Needs(model, Learners(() => lab.Study(s.Id)?.ReadSpec().Learners)))
                            .Select(s => $"the study '{s.Name}'")
                    )
                    .FirstOrDefault(),
            cancel
        );
    }

    /// <summary>A folder that cannot be read runs nothing.</summary>
    static IReadOnlyList<LearnerSpec> Learners(Func<IReadOnlyList<LearnerSpec>?> read)
    {
        try
        {
            return read() ?? [];
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static bool Needs(LocalModel model, IReadOnlyList<LearnerSpec> learners) =>
        learners.SelectMany(l => Named(l.Settings)).Any(n => Is(model, n));

    /// <summary>The models that settings name, also those of learners within a learner.</summary>
    static IEnumerable<string> Named(JsonObject? settings) =>
        settings is null
            ? []
            : settings.SelectMany(entry =>
                entry.Value switch
                {
                    JsonObject inner => Named(inner),
                    JsonValue value when entry.Key == "model" && value.TryGetValue(out string? name) => [name],
                    _ => [],
                }
            );

    static bool Is(LocalModel model, string name) =>
        name.Equals(model.Name, StringComparison.OrdinalIgnoreCase)
        || BaseModels.Find(name)?.HubId is { } hub && hub.Equals(model.Name, StringComparison.OrdinalIgnoreCase)
        || Path.IsPathRooted(name) && Path.TrimEndingDirectorySeparator(Path.GetFullPath(name)) == model.Folder;
}

/// <summary>A model is not deleted, because a run or study that is not over needs it.</summary>
public sealed class ModelInUseException(LocalModel model, string by)
    : InvalidOperationException($"'{model.Name}' is used by {by}, which is not over"),
        IExplained
{
    public string Code => "model-in-use";
    public string What => Message;
    public string WhatToDo => "Wait until it is done, or cancel or delete it, then delete the model.";
}
