using System.CommandLine;
using LiftLab.Engine.Commands.Runs;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Lift;

/// <summary>
/// <c>lift TABLE</c>: the whole workflow on one table: split, prompts, fine-tuning, prediction, baselines, scores, verdict.
/// </summary>
static class LiftCommand
{
    public static Command Create()
    {
        var options = new LiftOptions();
        var command = new Command(
            "lift",
            "Fine-tunes a language model on a table and compares it with classical models on the same test rows."
        );
        options.AddTo(command);
        command.SetAction(
            (parsed, cancel) => Failures.Answer(() => RunAsync(options, parsed, cancel), parsed.InvocationConfiguration.Error)
        );
        return command;
    }

    static async Task<int> RunAsync(LiftOptions options, ParseResult parsed, CancellationToken cancel)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var opened = await options.OpenAsync(parsed, cancel);
        var schema = opened.Schema;
        if (options.DryRun(parsed))
            return await LiftDryRun.RunAsync(
                SpecOf(options, parsed, opened, schema, split: 0),
                opened,
                options.Splits(parsed),
                options.Out(parsed),
                options.Json(parsed),
                output
            );
        var first = SpecOf(options, parsed, opened, schema, split: 0);
        var task = Engine.Check(first, opened.Table);
        foreach (var problem in opened.Problems.Concat(LiftPlan.Warnings(first.Learner, task)).Where(p => p.Severity != Severity.Error))
            await error.WriteLineAsync($"{problem.Severity.ToString().ToLowerInvariant()} {problem}");
        if (options.LeftOut(parsed, schema.Task) is { } left)
            await error.WriteLineAsync(left);

        var kept = options.Out(parsed);
        var root = Directory.CreateDirectory(kept ?? Path.Combine(Path.GetTempPath(), "liftlab-" + Path.GetRandomFileName())).FullName;
        var reports = new List<RunReport>();
        try
        {
            for (var split = 0; split < options.Splits(parsed); split++)
            {
                var spec = SpecOf(options, parsed, opened, schema, split);
                var folder = Engine.CreateRun(root, spec, opened.Table);
                if (kept is not null)
                    await error.WriteLineAsync($"run folder {folder.Path}");
                var ended = await RunAsync(folder, error, cancel);
                if (ended.State != RunState.Succeeded)
                {
                    if (ended.What is not null)
                        await error.WriteLineAsync($"{ended.What}. {ended.WhatToDo}");
                    return ended.State == RunState.Cancelled ? ExitCode.Cancelled
                        : ended.Code == "tokenizer-broken" ? ExitCode.BadData
                        : ExitCode.LearningFailed;
                }
                reports.Add(folder.ReadReport()!);
            }
            if (options.Json(parsed))
                await output.WriteLineAsync(LiftDocument.Of(reports).ToJsonString(RunJson.Pretty));
            else
                LiftTable.Write(output, reports);
            return ExitCode.Done;
        }
        finally
        {
            if (kept is null)
                Directory.Delete(root, recursive: true);
        }
    }

    static RunSpec SpecOf(LiftOptions options, ParseResult parsed, OpenedTable opened, Schema schema, int split)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new(
            RunId.New(now),
            options.Saved(parsed)?.Name ?? opened.Card?.Title ?? opened.Table.Name,
            now,
            "table.csv",
            schema,
            split + (options.Saved(parsed)?.SplitSeed ?? 0),
            options.Seed(parsed),
            options.Learner(parsed, schema.Task),
            options.Beside(parsed, schema.Task),
            options.Saved(parsed) is { } saved ? saved.Boundary : CurveOf(opened.Table, schema)
        )
        {
            Source = ReadAlike.Of(opened.Reading, schema, opened.Stepped),
            Steps = opened.Stepped?.Settled is { Count: > 0 } steps ? steps : null,
        };
    }

    /// <summary>
    /// A curve costs a hundred predictions per line and is always drawn; a surface costs 1,600 and is drawn on demand.
    /// </summary>
    static FeaturePair? CurveOf(Table table, Schema schema) =>
        BoundaryChoice.Of(table, schema) is { } pair && pair.IsCurve(schema) ? pair : null;

    static async Task<RunEnded> RunAsync(RunFolder folder, TextWriter error, CancellationToken cancel)
    {
        var worker = new Worker(folder, Engine.Find, Engine.DeviceOf, TimeProvider.System, Engine.DeviceUse());
        using var over = new CancellationTokenSource();
        var telling = RunLines.WriteAsync(folder, error, over.Token);
        var ended = await worker.RunAsync(cancel);
        await over.CancelAsync();
        await telling;
        return ended ?? new(RunState.Failed, "superseded", "Another worker has taken over the run folder", "Use another folder for --out.");
    }
}
