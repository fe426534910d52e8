using System.Globalization;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tokens;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using Severity = LiftLab.Engine.Tables.Severity;

namespace LiftLab.Web.Pages.Start;

/// <summary>Data, prompt, model, recipe, comparison on one screen, with what it will cost.</summary>
public sealed partial class NewRunPage(Datasets datasets, LabRuns runs, Browser browser, NavigationManager navigation, ISnackbar snackbar)
    : IDisposable
{
    /// <summary>Rows that prompts are checked and tokens counted on; a larger table is judged by its first ones.</summary>
    const int Sampled = 2000;

    readonly CancellationTokenSource stop = new();
    PageOf<DatasetRow>? tables;
    (string? Dataset, string? Like, string? From) open;
    IReadOnlyList<FittedRun> fitted = [];
    FittedRun? start;
    string? cannotStart;
    Dataset? dataset;
    RunDraft? draft;
    LearningTask? task;
    TablePrompts? prompts;
    string? unwritten;
    IReadOnlyList<Problem> promptProblems = [];
    readonly DeviceMemory device = DeviceMemory.Read();
    double? tokensPerRow,
        speed;
    (int Longest, int Answer)? lengths;
    ModelConfig? config;
    Tokenizer? tokenizer;
    (string Model, string? Start)? described;
    Exception? fault;
    BadDataException? bad;
    bool starting;
    int version;

    [SupplyParameterFromQuery(Name = "dataset")]
    public string? Chosen { get; set; }

    [SupplyParameterFromQuery(Name = "like")]
    public string? Like { get; set; }

    /// <summary>A run whose weights the new one starts from.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    Func<string, int>? Count => tokenizer is { } words ? text => words.EncodePrompt(text).Length : null;
    IReadOnlyList<string> Axes => BoundarySurface.Numeric(task!.Schema);

    /// <summary>The recipe as it comes to for this table.</summary>
    FineTune Recipe => draft!.Settings.Recipe.For(task!.Schema.Features.Count, task.Split.Train.Count);
    int Epochs => Recipe.EpochsFor(task!.Split.Train.Count);
    int Steps => Epochs * ((task!.Split.Train.Count + Recipe.BatchSize - 1) / Recipe.BatchSize) * Recipe.Members;
    long? Tokens => tokensPerRow is { } each ? (long)(each * task!.Split.Train.Count * Epochs * draft!.Settings.Recipe.Members) : null;

    string Estimate =>
        Tokens is { } tokens && speed is { } rate
            ? $"about {Display.Seconds(tokens / rate)}, as fast as the last run"
            : "its speed is known after the first run";

    /// <summary>What the recipe comes to on this machine's device; null where the model's folder does not say.</summary>
    MemoryFit? Memory =>
        lengths is { } rows && config is not null
            ? MemoryFit.Of(config, Recipe, rows.Longest, rows.Answer, device.Bytes, device.OnCard)
            : null;

    string? NotReady =>
        prompts is null ? "The template cannot be used."
        : draft!.Settings.Model.Length == 0 ? "Name the base model's folder."
        : cannotStart is { } why ? why
        : promptProblems.Any(p => p.Severity == Severity.Error) ? "The prompts have errors."
        : Memory is { } memory && memory.Need > memory.Device ? $"This does not fit into memory: {memory.Advice ?? "take a smaller model"}."
        : null;
    bool Ready => NotReady is null;

    protected override async Task OnParametersSetAsync()
    {
        if (open == (Chosen, Like, From) && (tables is not null || dataset is not null))
            return;
        open = (Chosen, Like, From);
        (draft, task, fault, bad, start) = (null, null, null, null, null);
        try
        {
            start = await StartOfAsync(From);
            if (Like is not null && Chosen is null)
                await OpenLikeAsync(Like);
            else if (Chosen is null)
                tables = await datasets.ListAsync(0, 50, cancel: stop.Token);
            else
                await OpenAsync(
                    await OpenDatasetAsync(Chosen),
                    d => start is { } run ? RunDraft.Default(d).From(run) : RunDraft.Default(d)
                );
        }
        catch (OperationCanceledException) { }
        catch (BadDataException e)
        {
            bad = e;
        }
        catch (Exception e)
        {
            fault = e;
        }
    }

    // a run that went meanwhile is said, and the page offers what there is
    async Task<FittedRun?> StartOfAsync(string? id)
    {
        if (id is null)
            return null;
        try
        {
            return await runs.FittedAsync(id, stop.Token);
        }
        catch (KeyNotFoundException)
        {
            fault = new BadDataException([
                new(
                    Severity.Error,
                    "no-start",
                    $"There is no run '{id}' with weights to start from",
                    "It may have been deleted. Choose another one under Base model, or start from a base model."
                ),
            ]);
            return null;
        }
    }

    string Address(Guid table) => $"/new?dataset={table:N}" + (start is null ? "" : $"&from={start.Id}");

    async Task<Dataset> OpenDatasetAsync(string id) =>
        Guid.TryParse(id, out var guid)
            ? await datasets.OpenAsync(guid, stop.Token)
            : throw new KeyNotFoundException($"There is no dataset '{id}'.");

    async Task OpenLikeAsync(string id)
    {
        var row = await runs.GetAsync(id, stop.Token);
        if (row.DatasetId is not { } from)
            throw new KeyNotFoundException("That run's dataset is not in this lab any more. Choose a table.");
        Chosen = from.ToString("N");
        var spec = await Task.Run(() => runs.Folder(id).ReadSpec(), stop.Token);
        await OpenAsync(await datasets.OpenAsync(from, stop.Token), d => RunDraft.Like(spec, d));
    }

    async Task OpenAsync(Dataset opened, Func<Dataset, RunDraft> make)
    {
        if (opened.Problems.Where(p => p.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
            throw new BadDataException(errors);
        dataset = opened;
        speed = await LastSpeedAsync();
        fitted = await runs.FittedAsync(cancel: stop.Token);
        if (start is { } run && fitted.All(r => r.Id != run.Id))
            fitted = [.. fitted, run]; // older than those that are offered
        await TakeAsync(await Task.Run(() => make(opened), stop.Token));
    }

    async Task<double?> LastSpeedAsync()
    {
        var done = await runs.ListAsync(new(Take: 1, State: RunState.Succeeded), stop.Token);
        return done.Items is [var last] ? (await runs.ReportAsync(last.Id, stop.Token))?.TokensPerSecond : null;
    }

    // Splitting, fitting the template and checking the prompts look at many rows: off the circuit's thread, the last change counts.
    async Task TakeAsync(RunDraft changed)
    {
        draft = changed;
        var mine = ++version;
        if (described != (changed.Settings.Model, changed.Settings.Start))
        {
            described = (changed.Settings.Model, changed.Settings.Start);
            (config, tokenizer) = await Task.Run(() => Describe(changed.Settings), stop.Token);
        }
        cannotStart = await Task.Run(() => CannotStart(changed.Settings), stop.Token);
        var (table, schema, template, count, words) = (dataset!.Table, changed.Dataset.Schema, changed.Settings.Template, Count, tokenizer);
        var looked = await Task.Run<Look>(
            () =>
            {
                var learned = new LearningTask(table, schema, SplitMaker.Make(table, schema, changed.SplitSeed));
                int[] rows = [.. learned.Split.Train.Take(Sampled)];
                try
                {
                    var fitted = TablePrompts.Fit(template, table, schema, learned.Split.Train, learned.Labels);
                    var found = PromptCheck.Of(fitted, table, rows, count);
                    double? each = count is null
                        ? null
                        : rows.Take(200)
                            .Average(r => fitted.Write(table, r) is var e ? count(e.Prompt + template.Joint + e.Completion) : 0);
                    return new(
                        learned,
                        fitted,
                        found,
                        each,
                        words is null ? null : RowLengths.Of(fitted, table, learned.Split.Train, words),
                        null
                    );
                }
                catch (Exception e) when (e is FormatException or ArgumentException)
                {
                    return new(learned, null, [], null, null, e.Message);
                }
            },
            stop.Token
        );
        if (mine != version)
            return;
        (task, prompts, promptProblems, tokensPerRow, lengths, unwritten) = looked;
    }

    // a folder that cannot be read is said where it is chosen, and in full when the run starts
    static (ModelConfig? Config, Tokenizer? Tokenizer) Describe(LiftSettings settings)
    {
        try
        {
            var folder = StartWeights.BaseFolderOf(settings);
            return (ModelFolder.ReadConfig(folder), ModelByName.TokenizerOf(folder));
        }
        catch (Exception e) when (e is ModelFolderException or TokenizerFileException or IOException)
        {
            return (null, null);
        }
    }

    async Task ChangeAsync(RunDraft changed)
    {
        draft = changed;
        cannotStart = await Task.Run(() => CannotStart(changed.Settings), stop.Token);
    }

    static string? CannotStart(LiftSettings settings)
    {
        try
        {
            StartWeights.Check(settings);
            return null;
        }
        catch (ModelFolderException e)
        {
            return $"{char.ToUpperInvariant(e.What[0])}{e.What[1..]}. {e.WhatToDo}";
        }
    }

    /// <summary>What a draft's table, split and template come to.</summary>
    sealed record Look(
        LearningTask Task,
        TablePrompts? Prompts,
        IReadOnlyList<Problem> Problems,
        double? TokensPerRow,
        (int Longest, int Answer)? Lengths,
        string? Unwritten
    );

    /// <summary>What stands beside the fine-tuned model, in words.</summary>
    string Beside
    {
        get
        {
            var ways = draft!.Baselines.Count(LiftWays.Has);
            var baselines = draft.Baselines.Count - ways;
            return (baselines == 0 ? "no baseline" : $"{baselines} baselines")
                + (
                    ways == 0 ? ""
                    : ways == 1 ? ", 1 more way to predict"
                    : $", {ways} more ways to predict"
                );
        }
    }

    Task SplitAsync(ChangeEventArgs e) =>
        int.TryParse(e.Value as string, CultureInfo.InvariantCulture, out var seed) && seed >= 0
            ? TakeAsync(draft! with { SplitSeed = seed })
            : Task.CompletedTask;

    void Tick(string baseline, bool on) =>
        draft = draft! with
        {
            Baselines =
            [
                .. LiftWays
                    .Others.Select(w => w.Learner)
                    .Concat(Engine.Baselines.BaselineList.For(task!.Kind).Select(b => b.Name))
                    .Where(b => b == baseline ? on : draft!.Baselines.Contains(b)),
            ],
        };

    void Plane(string x, string? y)
    {
        if (x.Length == 0)
            draft = draft! with { Boundary = null };
        else
            draft = draft! with { Boundary = new(x, y is not null && y != x ? y : Axes.First(a => a != x)) };
    }

    async Task UseSampleAsync(string name)
    {
        try
        {
            navigation.NavigateTo(Address((await datasets.AddSampleAsync(name, stop.Token)).Row.Id));
        }
        catch (Exception e) when (e is BadDataException or IOException or KeyNotFoundException)
        {
            fault = e;
        }
    }

    async Task StartAsync()
    {
        (starting, fault) = (true, null);
        try
        {
            navigation.NavigateTo($"/runs/{await runs.StartAsync(draft!.ToRequest(), stop.Token)}");
        }
        catch (OperationCanceledException) { }
        catch (Exception e)
        {
            (fault, starting) = (e, false);
        }
    }

    async Task CopyAsync() =>
        snackbar.Add(
            await browser.CopyAsync(draft!.CommandLine(draft.Dataset.FileName)) ? "Command copied" : "The browser did not allow copying",
            MudBlazor.Severity.Normal
        );

    Task SaveAsync() => browser.SaveAsync("run.json", "application/json", draft!.ToJson().ToJsonString(RunJson.Pretty));

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
