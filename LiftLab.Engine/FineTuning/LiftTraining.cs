using System.Globalization;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning;

/// <summary>The fine-tuning of one model on one task: prepares the trainer's input and reports its progress.</summary>
sealed class LiftTraining(
    LiftSettings settings,
    StartWeights start,
    RunContext context,
    LearningTask task,
    TablePrompts prompts,
    Tokenizer tokenizer,
    PromptedModel prompted,
    TimeProvider time
)
{
    const int SampledAnswers = 6;

    readonly FineTune recipe = settings.Recipe;

    /// <param name="member">Which of the recipe's models this is, from 0.</param>
    /// <param name="validRows">Rows that each validation predicts.</param>
    public TrainingOutcome Run(int seed, int member, int[] validRows, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        var model = prompted.Model;
        var memberSeed = SeedStream.From(seed).Member(member).Seed;
        ModelStack.Admit(model, prompted.Answers.Vocabulary(tokenizer));
        start.Prepare(model, member, recipe, tokenizer, memberSeed);
        model.Checkpointing = recipe.Recompute == Recomputation.Always;

        progress?.Report(new PhaseEntered("tokenise", $"{task.Split.Train.Count} training rows"));
        CheckLengths(task, prompts, tokenizer, model);
        var rows = new PromptRows(task, prompts, tokenizer, recipe, memberSeed);
        var validation = validRows
            .Select(r => PromptRows.Plain(prompts, tokenizer, task.Table, r))
            .Where(r => r.Length <= model.Config.MaxPositions)
            .ToArray();
        var largest = Math.Max(rows.LargestId, validation.Select(r => r.Ids.Max()).DefaultIfEmpty().Max());
        using var spare =
            recipe.Method == FineTuneMethod.Full ? SpareColumns.Of(model, tokenizer, prompts.State.Features.Count, largest) : null;
        var boundary = context.Boundary is { } surface && member == 0 ? new BoundaryWatch(surface, time) : null;

        progress?.Report(new PhaseEntered("train", recipe.Members > 1 ? $"model {member + 1} of {recipe.Members}" : null));
        var plan = TrainingPlan.Of(recipe, rows.Steps, memberSeed);
        var hooks = new TrainingHooks
        {
            Progress = progress is null ? null : new WholeCount(progress, rows, member, recipe.Members),
            Validate =
                validation.Length == 0
                    ? null
                    : moment => Validate(moment with { Step = member * rows.Steps + moment.Step }, validation, validRows, progress, cancel),
            AfterStep =
                boundary is null || progress is null
                    ? null
                    : moment => Draw(boundary, moment with { Epoch = moment.Epoch * rows.PassesPerRound }, progress, cancel),
            EpochEnded =
                settings.KeptEpochs == 0 || context.CheckpointFolder.Length == 0
                    ? null
                    : moment => Keep(moment with { Step = member * rows.Steps + moment.Step }, spare),
            StopNow = () => context.StopTraining.IsCancellationRequested,
            Checkpoints =
                context.CheckpointFolder.Length == 0
                    ? null
                    : new(Path.Combine(context.CheckpointFolder, FormattableString.Invariant($"training-{member}"))),
        };
        var outcome = new Trainer(model, plan, time).Run(rows, hooks, cancel);
        return outcome with { Epochs = outcome.Epochs * rows.PassesPerRound, BestEpoch = outcome.BestEpoch * rows.PassesPerRound };
    }

    /// <exception cref="LearningFailedException">A prompt is too long for the model.</exception>
    public static void CheckLengths(LearningTask task, TablePrompts prompts, Tokenizer tokenizer, LanguageModel model)
    {
        var problems = PromptCheck.Of(
            prompts,
            task.Table,
            task.Split.Train,
            text => tokenizer.EncodePrompt(text).Length,
            model.Config.MaxPositions
        );
        if (problems.FirstOrDefault(p => p.Severity == Severity.Error) is { } error)
            throw new LearningFailedException(error.Code, error.What, error.WhatToDo);
    }

    Validation Validate(
        TrainingMoment moment,
        TrainingRow[] validation,
        int[] rows,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        var loss = Objective.Mean(prompted.Model, validation, 64, cancel);
        var answers = LiftPredictor.Ask([prompted], prompts, recipe, 1, task.Table, rows, cancel);
        if (progress is not null)
            progress.Report(Sample(moment.Step, rows, cancel));
        var (headline, rank) = task.Target.Validate(answers, [.. rows.Select(r => task.Targets[r])], loss);
        return new(loss, rank, headline is null ? null : task.Target.Headline.Name, headline);
    }

    /// <summary>The model's current generated answers, independent of the recipe's decoding.</summary>
    public AnswersSampled Sample(int step, int[] rows, CancellationToken cancel)
    {
        int[] asked = [.. rows.Take(SampledAnswers)];
        var texts = prompted.Texts(task.Table, asked, DecodingMode.Greedy, 0, cancel: cancel);
        string Text(int i) => texts[i]?[0].Text ?? prompted.TooLong.Text;
        return new(
            step,
            [
                .. asked.Select(
                    (row, i) =>
                    {
                        var read = texts[i] is null ? new Answer.Illegible(Text(i)) : prompts.Read(Text(i), "");
                        return new SampledAnswer(
                            prompts.Prompt(task.Table, row),
                            Text(i),
                            Truth(row),
                            read is not Answer.Illegible,
                            Meaning(read),
                            task.Target.Write(task.Targets[row])
                        );
                    }
                ),
            ]
        );
    }

    /// <summary>Keeps the model of an epoch.</summary>
    /// <param name="spare">Columns that the model lacks while it trains.</param>
    public void Keep(TrainingMoment moment, SpareColumns? spare = null)
    {
        if (spare is null)
            Save();
        else
            spare.WithWhole(Save);

        void Save() =>
            KeptEpochs.Keep(
                context.CheckpointFolder,
                moment.Step,
                settings.KeptEpochs,
                folder => FittedFolder.Save(folder, settings, FittedBase.Of(start, 1), prompts, [prompted], 1, settings.ToJson())
            );
    }

    string? Meaning(Answer read) =>
        read switch
        {
            Answer.Class label => task.Target.Write(label.Index),
            Answer.Number number => number.Value.ToString("G4", CultureInfo.InvariantCulture),
            _ => null,
        };

    string Truth(int row) =>
        prompts.Completion(task.Targets[row]) is var text && text.EndsWith(Separators.Completion, StringComparison.Ordinal)
            ? text[..^Separators.Completion.Length]
            : text;

    /// <param name="refresh">Called before the model is asked; null if it is always current.</param>
    public void Draw(
        BoundaryWatch boundary,
        TrainingMoment moment,
        IProgress<LearningEvent> progress,
        CancellationToken cancel,
        Action? refresh = null
    )
    {
        if (
            boundary.Draw(
                moment,
                surface =>
                {
                    refresh?.Invoke();
                    int[] points = [.. Enumerable.Range(0, surface.Table.RowCount)];
                    return LiftPredictor.Ask([prompted], prompts, recipe, 1, surface.Table, points, cancel);
                }
            ) is
            { } picture
        )
            progress.Report(picture);
    }

    /// <summary>
    /// Converts the trainer's counts for display. The trainer counts rounds of several passes, and steps per model; the display counts
    /// passes, and steps over all models in sequence, so that a curve never goes back.
    /// </summary>
    sealed class WholeCount(IProgress<LearningEvent> inner, PromptRows rows, int member, int members) : IProgress<LearningEvent>
    {
        readonly int before = member * rows.Steps;

        public void Report(LearningEvent value) =>
            inner.Report(
                value switch
                {
                    TrainingStep step => step with
                    {
                        Member = member,
                        Step = before + step.Step,
                        Steps = members * step.Steps,
                        Epoch = Passes(step.Epoch),
                        SecondsLeft = Left(step),
                    },
                    Validated validated => validated with
                    {
                        Member = member,
                        Step = before + validated.Step,
                        Epoch = Passes(validated.Epoch),
                    },
                    CheckpointSaved saved => saved with { Step = before + saved.Step, Epoch = Passes(saved.Epoch) },
                    _ => value,
                }
            );

        double Passes(double rounds) => rounds * rows.PassesPerRound;

        /// <summary>Assumes that the other models need the same time per step.</summary>
        double Left(TrainingStep step) =>
            step.Step < step.Steps
                ? step.SecondsLeft / (step.Steps - step.Step) * (members * step.Steps - before - step.Step)
                : step.SecondsLeft;
    }
}
