using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.Commands.Tables;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Studies;

/// <summary>Makes a study from the command line, works it off in this process, and writes what it shows.</summary>
static class StudyRun
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(
        Experiment experiment,
        IReadOnlyList<string> tables,
        StudyOptions options,
        ParseResult parsed,
        CancellationToken cancel
    )
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var opened = new List<(string Name, Table Table, Schema Schema, string? Dataset)>();
        var saved = options.Saved(parsed);
        if (saved is not null && saved.Tables.Count != tables.Count)
            throw new ArgumentException(
                $"--spec was saved for {saved.Tables.Count} tables ({string.Join(", ", saved.Tables.Select(t => t.Title))}), and {tables.Count} are given"
            );
        var choice = saved?.Choice ?? options.Choice(parsed, experiment);
        foreach (var (given, i) in tables.Select((path, i) => (path, i)))
        {
            var path = await OpenMlTable.PathAsync(given, parsed, cancel);
            var table = saved is null ? await OpenedTable.OpenAsync(path, null, cancel) : await saved.Tables[i].OpenAsync(path, cancel);
            table = table.With(SchemaOf(table, options.Target(parsed), options.Task(parsed)));
            if (table.Problems.Where(p => p.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
                throw new BadDataException([.. errors.Select(e => e with { What = $"{path}: {e.What}" })]);
            foreach (var problem in table.Problems.Where(p => p.Severity == Severity.Warning))
                await error.WriteLineAsync($"warning {path}: {problem}");
            var name = saved?.Tables[i].Title ?? Path.GetFileNameWithoutExtension(path);
            opened.Add((name, table.Table, table.Schema, null));
        }
        var spec = StudyMaker.Make(experiment, opened, choice, Engine.Find, TimeProvider.System);
        var kept = options.Out(parsed);
        var root = Directory.CreateDirectory(kept ?? Path.Combine(Path.GetTempPath(), "liftlab-" + Path.GetRandomFileName())).FullName;
        try
        {
            var folder = StudyFolder.Create(root, spec, [.. opened.Select(o => o.Table)]);
            if (kept is not null)
                await error.WriteLineAsync($"study folder {folder.Path}");
            var (ended, story) = await WorkAsync(folder, error, cancel);
            if (ended?.State != RunState.Succeeded)
            {
                if (ended?.What is not null)
                    await error.WriteLineAsync($"{ended.What}. {ended.WhatToDo}");
                if (kept is not null)
                    await error.WriteLineAsync($"answered cells are kept; 'study {folder.Path}' goes on with the others");
                return ended?.State == RunState.Cancelled ? ExitCode.Cancelled : ExitCode.LearningFailed;
            }
            Write(folder, spec, story, options.Json(parsed), output);
            return story.Answered.Count > 0 ? ExitCode.Done : ExitCode.LearningFailed;
        }
        finally
        {
            if (kept is null)
                Directory.Delete(root, recursive: true);
        }
    }

    static Schema SchemaOf(OpenedTable table, string? target, TaskKind? task)
    {
        var schema = target is null
            ? table.Schema
            : table.Schema.WithTarget(NameList.Known(table.Table, target), SchemaGuess.TaskOf(table.Table[target]));
        if (task is { } kind)
            schema = schema with { Task = kind };
        return schema.Columns.Any(c => c.Role == ColumnRole.Target)
            ? schema
            : throw new ArgumentException($"no target could be guessed in '{table.Table.Name}': name one with --target");
    }

    static async Task<(RunEnded?, StudyStory)> WorkAsync(StudyFolder folder, TextWriter error, CancellationToken cancel)
    {
        var working = StudyCommand.Worker(folder).RunAsync(cancel);
        var (story, tail) = (new StudyStory(), new RunTail(folder));
        var told = -1;
        while (true)
        {
            var over = working.IsCompleted;
            while (tail.Read() is { Count: > 0 } events)
                foreach (var e in events)
                    if (story.Apply(e) && e.Body is CellFailed failed)
                        await error.WriteLineAsync($"failed: {failed.Reason}");
            if (story.Planned is { } planned && story.Done != told)
                await error.WriteLineAsync($"{told = story.Done} of {planned.Probes} predictions, {planned.Fits} fits");
            if (over)
                return (await working, story);
            await Task.WhenAny(working, Task.Delay(Pause, CancellationToken.None));
        }
    }

    static void Write(StudyFolder folder, StudySpec spec, StudyStory story, bool json, TextWriter output)
    {
        var cells = StudyCells.Of(spec, Engine.Find);
        var experiment = ExperimentList.Find(spec.Experiment);
        var answers = StudyAnswers.Read(cells.All.Select(c => (c.Cell, c.Key.Hash)), folder.Answers, n => Engine.Find(n).Title);
        var (figures, verdicts) = (experiment.Draw(spec, answers), experiment.Verdicts(spec, answers));
        var board = (experiment as PerturbationExperiment)?.Board(spec, answers);
        if (json)
        {
            var document = new
            {
                Study = spec,
                Figures = figures,
                Verdicts = verdicts,
                Board = board?.Curves.Select(c => c with { Points = [] }),
                Deviations = experiment.Deviations(spec),
                Cells = cells.All.Select(c => new
                {
                    c.Cell.Panel,
                    c.Cell.Table,
                    c.Cell.Series,
                    c.Cell.X,
                    c.Cell.Seed,
                    answers[c.Cell.Place]?.Value,
                    Failure = story.Failed.GetValueOrDefault(c.Key.Hash)?.Reason,
                    Key = c.Key.Hash,
                }),
            };
            output.WriteLine(JsonSerializer.Serialize(document, RunJson.Pretty));
            return;
        }
        foreach (var figure in figures)
            Write(figure.Title, figure.Table, output);
        if (board is not null)
            Write("Board", BoardTable.Of(spec, board, answers.Title), output);
        foreach (var verdict in verdicts)
            output.WriteLine(verdict);
    }

    static void Write(string title, DataTable table, TextWriter output)
    {
        output.WriteLine(title);
        output.WriteLine(string.Join("\t", table.Headings));
        foreach (var row in table.Rows)
            output.WriteLine(string.Join("\t", row));
        output.WriteLine();
    }
}
