using System.Text.Json.Serialization;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning;

/// <summary>The plan of a LIFT fine-tune on a table: prompts, steps, tokens, time, memory. No weights are loaded.</summary>
public sealed record LiftPlan() : LearnerPlan(LiftSettings.LearnerName, "LIFT"), IPromptPlan
{
    /// <summary>Maximum training rows whose prompts are checked; the first ones are used.</summary>
    const int RowsChecked = 2000;

    /// <summary>Maximum training rows whose tokens are counted for the mean; the first ones are used.</summary>
    const int RowsCounted = 200;

    /// <summary>The code that <see cref="PromptCheck"/> gives for a template that cannot write rows.</summary>
    const string Unusable = "template-unusable";

    /// <summary>Code of <see cref="ModelCheck"/> and of this plan for a tokenizer that cannot be used.</summary>
    const string BrokenTokenizer = "tokenizer-unusable";

    /// <summary>The template fitted on the training rows; null if it cannot be used.</summary>
    [JsonIgnore]
    public TablePrompts? Prompts { get; init; }

    /// <summary>Problems of the template and the prompts only; <see cref="LearnerPlan.Problems"/> contains them too.</summary>
    [JsonIgnore]
    public IReadOnlyList<Problem> PromptProblems { get; init; } = [];

    /// <summary>The base model's tokenizer; null if the model cannot be read.</summary>
    [JsonIgnore]
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>The base model's context in tokens; null if the model cannot be read.</summary>
    [JsonIgnore]
    public int? Context { get; init; }

    /// <exception cref="ArgumentException">The settings cannot be read.</exception>
    public static LiftPlan Of(LearnerSpec spec, LearningTask task, MachineFacts machine, CancellationToken cancel = default) =>
        Of(LiftSettings.Of(spec, task.Kind), task, machine, cancel);

    public static LiftPlan Of(LiftSettings settings, LearningTask task, MachineFacts machine, CancellationToken cancel = default)
    {
        var (model, written, problems) = Look(settings, task, cancel);
        var rows = task.Split.Train.Count;
        var recipe = settings.Recipe.For(task.Schema.Features.Count, rows);
        var passes = recipe.EpochsFor(rows);
        var tokens = (long?)(written.MeanTokens * rows * passes * recipe.Members);
        var fit =
            model is not null && written.Lengths is { } lengths
                ? MemoryFit.Of(model.Config, recipe, lengths.Longest, lengths.Answer, machine.Bytes, machine.OnCard, machine.HasBFloat16)
                : null;
        return new()
        {
            Prompts = written.Prompts,
            PromptProblems = written.Problems,
            Tokenizer = model?.Tokenizer,
            Context = model?.Config.MaxPositions,
            Models = recipe.Members,
            Passes = passes,
            Steps = (long)passes * recipe.StepsPerPass(rows) * recipe.Members,
            Tokens = tokens,
            Seconds = tokens / PaceOf(settings, machine),
            Memory = fit is null ? null : new(fit.Need, fit.Device, fit.OnCard, fit.Fits, fit.Words),
            Problems = [.. problems, .. MemoryProblems(fit, machine)],
        };
    }

    /// <summary>
    /// The errors of <see cref="Of(LearnerSpec, LearningTask, MachineFacts, CancellationToken)"/> without those of memory.
    /// </summary>
    /// <exception cref="ArgumentException">The settings cannot be read.</exception>
    public static IReadOnlyList<Problem> Check(LearnerSpec spec, LearningTask task, CancellationToken cancel = default) =>
        [.. Look(LiftSettings.Of(spec, task.Kind), task, cancel).Problems.Where(p => p.Severity == Severity.Error)];

    /// <summary>
    /// Looks at the run whose weights the settings start from, at the base model's files, and at the prompts of the training rows. Problems
    /// of the prompts are the last ones.
    /// </summary>
    static (BaseFacts? Model, Written Written, IReadOnlyList<Problem> Problems) Look(
        LiftSettings settings,
        LearningTask task,
        CancellationToken cancel
    )
    {
        var (model, read) = Read(settings);
        var written = Write(settings.Template, task, model, cancel);
        var known = StartProblems(settings).Concat(ModelProblems(settings)).Concat(read).DistinctBy(p => p.Code);
        return (model, written, [.. known, .. written.Problems]);
    }

    static IReadOnlyList<Problem> StartProblems(LiftSettings settings)
    {
        try
        {
            StartWeights.Check(settings);
            return [];
        }
        catch (ModelFolderException e)
        {
            return [new(Severity.Error, e.Code, e.What, e.WhatToDo)];
        }
    }

    /// <summary>Problems of the base model's files; none if there is no such model.</summary>
    static IEnumerable<Problem> ModelProblems(LiftSettings settings)
    {
        try
        {
            return settings.Model.Length == 0
                ? []
                : ModelCheck
                    .Briefly(StartWeights.BaseFolderOf(settings))
                    .Problems.Select(p => new Problem(p.Blocks ? Severity.Error : Severity.Warning, p.Code, p.What, p.WhatToDo));
        }
        catch (ModelFolderException)
        {
            return [];
        }
    }

    /// <summary>Warnings about the prompts of the training rows, without those about the model and its memory.</summary>
    /// <exception cref="ArgumentException">The settings cannot be read.</exception>
    public static IReadOnlyList<Problem> Warnings(LearnerSpec spec, LearningTask task) =>
        [.. Write(LiftSettings.Of(spec, task.Kind).Template, task, null).Problems.Where(p => p.Severity == Severity.Warning)];

    sealed record BaseFacts(ModelConfig Config, Tokenizer Tokenizer);

    static (BaseFacts? Model, IReadOnlyList<Problem> Problems) Read(LiftSettings settings)
    {
        if (settings.Model.Length == 0)
            return (null, [new(Severity.Error, "no-model", "no base model is named", "Name the base model's folder.")]);
        try
        {
            var folder = StartWeights.BaseFolderOf(settings);
            return (new(ModelFolder.ReadConfig(folder), ModelByName.TokenizerOf(folder)), []);
        }
        catch (ModelFolderException e)
        {
            return (null, [new(Severity.Error, e.Code, e.What, e.WhatToDo)]);
        }
        catch (TokenizerFileException e)
        {
            return (null, [new(Severity.Error, BrokenTokenizer, e.What, e.WhatToDo)]);
        }
    }

    /// <param name="MeanTokens">Mean tokens of a training row, prompt and answer; null if the model or the template cannot be used.</param>
    sealed record Written(
        TablePrompts? Prompts,
        IReadOnlyList<Problem> Problems,
        double? MeanTokens = null,
        (int Longest, int Answer)? Lengths = null
    );

    static Written Write(PromptTemplate template, LearningTask task, BaseFacts? model, CancellationToken cancel = default)
    {
        TablePrompts? prompts = null;
        try
        {
            prompts = TablePrompts.Fit(template, task.Table, task.Schema, task.Split.Train, task.Labels);
            prompts.Cancel = cancel;
            var problems = PromptCheck.Of(
                prompts,
                task.Table,
                [.. task.Split.Train.Take(RowsChecked)],
                model is null ? null : text => model.Tokenizer.EncodePrompt(text).Length,
                model?.Config.MaxPositions ?? int.MaxValue,
                [.. task.Split.Train, .. task.Split.Valid, .. task.Split.Test]
            );
            if (problems.Any(p => p.Code == Unusable))
                return new(null, problems);
            return model is null
                ? new(prompts, problems)
                : new(
                    prompts,
                    problems,
                    MeanTokens(prompts, task, model.Tokenizer),
                    RowLengths.Of(prompts, task.Table, task.Split.Train, model.Tokenizer)
                );
        }
        catch (TokenizerFileException e)
        {
            return new(null, [new(Severity.Error, BrokenTokenizer, e.What, e.WhatToDo)]);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return new(null, [new(Severity.Error, Unusable, e.Message, "Correct the template's text.")]);
        }
        finally
        {
            prompts?.Cancel = default;
        }
    }

    static double MeanTokens(TablePrompts prompts, LearningTask task, Tokenizer tokenizer) =>
        task
            .Split.Train.Take(RowsCounted)
            .Select(row => prompts.Write(task.Table, row))
            .Average(e => tokenizer.EncodePrompt(e.Prompt + prompts.Template.Joint + e.Completion).Length);

    static IReadOnlyList<Problem> MemoryProblems(MemoryFit? fit, MachineFacts machine)
    {
        if (fit is null)
            return [];
        if (fit.Fits)
            return (fit with { Available = machine.Available }) is { IsRefused: true, Room: var room }
                ?
                [
                    new(
                        Severity.Warning,
                        "memory-tight",
                        $"it needs about {ByteWords.Of(fit.Need)}, and {ByteWords.Of(room)} of {ByteWords.Of(fit.Device)} are available on {machine.Name} now ({fit.Words})",
                        $"Wait until other runs and programs have ended, or change the recipe. {fit.WhatToDo}"
                    ),
                ]
                : [];
        var needs = $"it needs about {ByteWords.Of(fit.Need)} of {ByteWords.Of(fit.Device)} on {machine.Name} ({fit.Words})";
        return
        [
            fit.IsRefused
                ? new(Severity.Error, "out-of-memory", "the fine-tune does not fit into memory: " + needs, fit.WhatToDo)
                : new(Severity.Warning, "memory-tight", "memory may run out: " + needs, fit.WhatToDo),
        ];
    }

    /// <summary>
    /// Tokens per second of the newest run on this device that trained the same base model in the same way; null if there is none.
    /// </summary>
    static double? PaceOf(LiftSettings settings, MachineFacts machine) =>
        machine.Paces.FirstOrDefault(p => p.OnCard == machine.OnCard && IsLike(settings, p))?.TokensPerSecond;

    static bool IsLike(LiftSettings settings, MeasuredPace pace)
    {
        if (pace.Learner.Name != LiftSettings.LearnerName)
            return false;
        try
        {
            var measured = LiftSettings.Of(pace.Learner, pace.Task);
            return measured.Model == settings.Model && measured.Recipe.Method == settings.Recipe.Method;
        }
        catch (ArgumentException)
        {
            return false; // written by another version
        }
    }
}
