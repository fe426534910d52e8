using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Writing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Prompts.Wordings;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.FineTuning;

/// <summary>Fitted LIFT: writes rows as prompts, runs the model or models, and parses the answers.</summary>
public sealed class LiftPredictor : IWordedPredictor, IAsksInWords, IContinuesText
{
    readonly IReadOnlyList<PromptedModel> models;
    readonly LiftSettings settings;
    readonly FittedBase under;
    readonly double temperature;

    /// <param name="settings">The settings after automatic values were replaced for the device.</param>
    /// <param name="chosen">The settings with the values that fitting chose.</param>
    internal LiftPredictor(
        IReadOnlyList<PromptedModel> models,
        TablePrompts prompts,
        LiftSettings settings,
        FittedBase under,
        double temperature,
        JsonObject chosen
    ) =>
        (this.models, Prompts, this.settings, this.under, this.temperature, Settings) = (
            models,
            prompts,
            settings,
            under,
            temperature,
            chosen
        );

    FineTune Recipe => settings.Recipe;

    public JsonObject Settings { get; }

    public TablePrompts Prompts { get; }

    /// <exception cref="LearningFailedException">Memory ran out.</exception>
    public Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default) =>
        AnswerAsync(table, rows, 0, 0, cancel);

    /// <exception cref="LearningFailedException">Memory ran out.</exception>
    public Task<IReadOnlyList<Prediction>> PredictAsync(
        Table table,
        IReadOnlyList<int> rows,
        int wording,
        CancellationToken cancel = default
    ) => AnswerAsync(table, rows, wording, 0, cancel);

    /// <exception cref="LearningFailedException">Memory ran out.</exception>
    public Task<IReadOnlyList<Prediction>> PredictPartAsync(
        Table table,
        IReadOnlyList<int> rows,
        int before,
        CancellationToken cancel = default
    ) => AnswerAsync(table, rows, 0, before, cancel);

    Task<IReadOnlyList<Prediction>> AnswerAsync(Table table, IReadOnlyList<int> rows, int wording, int before, CancellationToken cancel) =>
        TorchThread.Run(
            "lift-predict",
            () =>
            {
                try
                {
                    return AskPart(Worded(wording), Prompts, Recipe, temperature, table, rows, before, cancel);
                }
                catch (ModelFolderException e)
                {
                    throw new LearningFailedException(e.Code, e.What, e.WhatToDo, e);
                }
                catch (Exception e) when (OutOfMemory.Is(e))
                {
                    var smaller = OutOfMemory.FewerBits(OutOfMemory.Frozen(Recipe)) is { } bits
                        ? "whose frozen weights have fewer bits " + bits
                        : "with a smaller model";
                    throw new LearningFailedException(
                        "out-of-memory",
                        $"Memory ran out during the prediction of {rows.Count} rows",
                        $"The fitted model is kept. Close other programs that use the device and resume the run, or start one {smaller}.",
                        e
                    );
                }
            }
        );

    /// <exception cref="LearningFailedException">Memory ran out.</exception>
    public Task KeepAsync(string folder, CancellationToken cancel = default) =>
        TorchThread.Run(
            "lift-keep",
            () =>
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    FittedFolder.Save(folder, settings, under, Prompts, models, temperature, Settings);
                }
                catch (Exception e) when (OutOfMemory.Is(e))
                {
                    throw new LearningFailedException(
                        "out-of-memory",
                        "Memory ran out while writing the fitted model",
                        "Close other programs that use the device and resume the run: it continues from its last checkpoint.",
                        e
                    );
                }
            }
        );

    /// <summary>Continues texts with the first of its models.</summary>
    public Task ContinueAsync(IReadOnlyList<GrowingText> texts, int steps, CancellationToken cancel) =>
        TorchThread.Run("lift-write", () => new TextContinuation(models[0].Model, models[0].Tokenizer).Continue(texts, steps, cancel));

    IReadOnlyList<PromptedModel> Worded(int wording)
    {
        if (wording == 0)
            return models;
        var template = Rewording.Of(Prompts.Template, wording, Prompts.State.Labels.Count == 0);
        var prompts = new TablePrompts(Prompts.State with { Template = template });
        return [.. models.Select(m => m.With(prompts))];
    }

    public AskedWords Words(Table table, int row) => models[0].Words(table, row);

    public IReadOnlyList<Problem> Unaskable(Table table) =>
        [
            .. MarkCheck
                .Of(Prompts, table, [.. Enumerable.Range(0, table.RowCount)])
                .Where(p => p.Column != Prompts.State.TargetName)
                .Select(p => p with { Severity = Severity.Warning, WhatToDo = "Replace the mark in the table." }),
        ];

    public void Dispose()
    {
        foreach (var model in models)
            model.Dispose();
    }

    /// <summary>Predicts on the calling thread, which must be a dedicated one.</summary>
    internal static IReadOnlyList<Prediction> Ask(
        IReadOnlyList<PromptedModel> models,
        TablePrompts prompts,
        FineTune recipe,
        double temperature,
        Table table,
        IReadOnlyList<int> rows,
        CancellationToken cancel
    ) => AskPart(models, prompts, recipe, temperature, table, rows, 0, cancel);

    /// <param name="before">Number of rows before these in a longer list.</param>
    static IReadOnlyList<Prediction> AskPart(
        IReadOnlyList<PromptedModel> models,
        TablePrompts prompts,
        FineTune recipe,
        double temperature,
        Table table,
        IReadOnlyList<int> rows,
        int before,
        CancellationToken cancel
    )
    {
        if (rows.Count == 0)
            return [];
        var first = models[0];
        if (!first.HasDistribution)
        {
            var mode = recipe.Decode == DecodingMode.Labels ? DecodingMode.Greedy : recipe.Decode;
            return
            [
                .. first.Texts(table, rows, mode, 0, before, cancel).Select(t => t is null ? first.TooLong : first.Answers.FromTexts(t)),
            ];
        }
        double[]?[]? mean = null;
        foreach (var model in models)
        {
            var shares = model.Distributions(table, rows, cancel);
            mean ??= [.. shares.Select(s => s is null ? null : new double[s.Length])];
            for (var i = 0; i < shares.Length; i++)
                if (mean[i] is { } into && shares[i] is { } row)
                    for (var k = 0; k < row.Length; k++)
                        into[k] += row[k] / models.Count;
        }
        return [.. mean!.Select(s => s is null ? first.TooLong : first.Answers.FromDistribution(AnswerSheet.Tempered(s, temperature)))];
    }
}
