using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Launching;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Predictions;

/// <summary>
/// Exports the fine-tuned models of runs for other programs, by a process of the engine, since merging computes with weights. An export is
/// made once and lies in the lab's folder.
/// </summary>
public sealed class LabExports(LabRuns runs, LabFolder lab, IOptions<LabOptions> options) : IDisposable
{
    readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The export in a run's own folder, made where it is missing.</summary>
    /// <param name="merged">A whole model; else the adapter in PEFT layout.</param>
    /// <returns>A folder with one folder per model.</returns>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="ExportException">It cannot be exported, with the reason.</exception>
    public async Task<string> ExportAsync(string run, bool merged, CancellationToken cancel)
    {
        var folder = runs.Folder(run);
        var target = Path.Combine(lab.Exports, $"{run}-{(merged ? "merged" : "adapter")}");
        await turn.WaitAsync(cancel);
        try
        {
            // a run that was continued has other weights
            var fitted = FittedFolder.Of(folder.Path);
            if (Directory.Exists(target) && Directory.GetLastWriteTimeUtc(target) < Directory.GetLastWriteTimeUtc(fitted))
                Directory.Delete(target, recursive: true);
            if (Directory.Exists(target))
                return target;
            Visitor.Demand(Role.Run, "export a model");
            var part = target + ".part";
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
            Directory.CreateDirectory(part);
            string[] arguments =
            [
                "models",
                "export",
                folder.Path,
                "--out",
                Path.Combine(part, "model"),
                .. merged ? ["--merged"] : Array.Empty<string>(),
            ];
            var (code, _, error) = await EngineCall.RunAsync(
                options.Value.Engine is { Length: > 0 } engine ? engine : null,
                arguments,
                cancel
            );
            if (code != 0)
            {
                Directory.Delete(part, recursive: true);
                throw new ExportException(error);
            }
            Directory.Move(part, target);
            return target;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Puts the whole model, or each of several, among the lab's base models.</summary>
    /// <returns>The names.</returns>
    /// <exception cref="ExportException">It cannot be exported, or is there already.</exception>
    public async Task<IReadOnlyList<string>> AddAsync(string run, CancellationToken cancel)
    {
        Visitor.Demand(Role.Administer, "add a base model");
        Visitor.Note($"add the model of run {run} to the base models");
        var from = Directory.GetDirectories(await ExportAsync(run, merged: true, cancel)).Order(StringComparer.Ordinal).ToArray();
        string[] names = [.. from.Select(f => run + Path.GetFileName(f)["model".Length..])];
        if (names.FirstOrDefault(n => Directory.Exists(Path.Combine(lab.Models, n))) is { } there)
            throw new ExportException($"The model '{there}' is among the base models already");
        for (var i = 0; i < from.Length; i++)
        {
            var part = Path.Combine(lab.Models, ".importing-" + names[i]);
            Directory.CreateDirectory(part);
            foreach (var file in Directory.GetFiles(from[i]))
                File.Copy(file, Path.Combine(part, Path.GetFileName(file)), overwrite: true);
            Directory.Move(part, Path.Combine(lab.Models, names[i]));
        }
        return names;
    }

    public void Dispose() => turn.Dispose();
}

/// <summary>A model could not be exported.</summary>
public sealed class ExportException(string words) : Exception(words), LiftLab.Engine.IExplained
{
    public string Code => "export-failed";
    public string What => Message.Length == 0 ? "the process that exports ended without a word" : Message;
    public string WhatToDo => "Correct this, then export again.";
}
