using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>
/// Fine-tunes the members of several fits of one <see cref="StackItem.Kind"/> as one stack and takes the predictors out of it: ordinary
/// models with the whole vocabulary.
/// </summary>
sealed class StackedFit(RunContext context, TimeProvider time)
{
    /// <summary>Tokens of a step in one stack: larger ones are not faster and need more memory.</summary>
    const int TokensAtOnce = 8192;

    /// <summary>A fit that trains in the stack.</summary>
    /// <param name="First">Index of its first model in the stack.</param>
    sealed record Part(StackItem Item, int First, PromptRows[] Rows, StackQuestions Questions)
    {
        public FineTune Recipe => Item.Recipe;

        public IEnumerable<int> Models => Enumerable.Range(First, Recipe.Members);
    }

    /// <summary>Number of fits of this kind that train in one stack, at least 1.</summary>
    public static int Most(StackItem item) =>
        Math.Max(1, TokensAtOnce / (item.Recipe.Members * Math.Min(item.Recipe.BatchSize, item.Task.Split.Train.Count) * item.Longest));

    /// <param name="items">Of one kind.</param>
    /// <returns>One outcome per item.</returns>
    public IReadOnlyList<FitOutcome> Run(IReadOnlyList<StackItem> items, int validationRows, CancellationToken cancel)
    {
        var (recipe, start) = (items[0].Recipe, items[0].Start);
        foreach (var item in items)
            item.Fit.Progress?.Report(new PhaseEntered("load", item.Settings.Model));
        var starts = new List<LanguageModel>();
        try
        {
            Tokenizer? tokenizer = null;
            for (var member = 0; member < (recipe.OwnStarts ? recipe.Members : 1); member++)
            {
                (var model, tokenizer) = ModelByName.Load(start.Base(member), recipe.Precision, cancel: cancel);
                starts.Add(model);
                // before the first weights are drawn: their last bits depend on the number of threads
                TorchRuntime.FitThreads(model.ParameterCount, items[0].Pages);
                start.Prepare(model, member, recipe, tokenizer, 0);
            }
            return Run(items, starts, tokenizer!, validationRows, cancel);
        }
        finally
        {
            foreach (var model in starts)
                model.Dispose();
        }
    }

    FitOutcome[] Run(
        IReadOnlyList<StackItem> items,
        List<LanguageModel> starts,
        Tokenizer tokenizer,
        int validationRows,
        CancellationToken cancel
    )
    {
        var outcomes = new FitOutcome[items.Count];
        var parts = new List<Part>();
        for (var i = 0; i < items.Count; i++)
            try
            {
                parts.Add(Prepared(items[i], parts.Sum(p => p.Recipe.Members), tokenizer, starts[0], validationRows));
            }
            catch (LearningFailedException e)
            {
                outcomes[i] = new(null, e);
            }
        if (parts.Count > 0)
            foreach (var (part, outcome) in parts.Zip(Train(parts, starts, tokenizer, cancel)))
                outcomes[items.ToList().IndexOf(part.Item)] = outcome;
        return outcomes;
    }

    static Part Prepared(StackItem item, int first, Tokenizer tokenizer, LanguageModel model, int validationRows)
    {
        var (recipe, task) = (item.Recipe, item.Task);
        item.Fit.Progress?.Report(new PhaseEntered("tokenise", $"{task.Split.Train.Count} training rows"));
        LiftTraining.CheckLengths(task, item.Prompts, tokenizer, model);
        var rows = new PromptRows[recipe.Members];
        for (var member = 0; member < rows.Length; member++)
            rows[member] = new(
                task,
                item.Prompts,
                tokenizer,
                recipe,
                SeedStream.From(item.Fit.Seed).Member(member).Seed,
                member > 0 ? rows[0] : null
            );
        int[] valid =
        [
            .. task
                .Split.Valid.Take(validationRows)
                .Where(r => PromptRows.Plain(item.Prompts, tokenizer, task.Table, r).Length <= model.Config.MaxPositions),
        ];
        return new(item, first, rows, new(task, item.Prompts, tokenizer, valid));
    }

    List<FitOutcome> Train(List<Part> parts, List<LanguageModel> starts, Tokenizer tokenizer, CancellationToken cancel)
    {
        LanguageModel Start(int member) => starts[Math.Min(member, starts.Count - 1)];
        using var stack = new ModelStack(
            [.. parts.SelectMany(p => p.Rows.Select((_, member) => Start(member)))],
            Inputs(parts, tokenizer, starts[0]),
            [.. parts.SelectMany(p => Enumerable.Repeat<IReadOnlyList<int>>(p.Questions.Answers.Vocabulary(tokenizer), p.Rows.Length))]
        );
        var trained = stack.Together.Trainable.Sum(w => w.Value.numel()) / stack.Count;
        var validation = parts.All(p => p.Questions.Rows.Length > 0)
            ? new StackValidation(stack, [.. parts.SelectMany(p => p.Rows.Select(_ => p.Questions))])
            : null;
        var watched = parts
            .Where(p => p.Item.Fit.Progress is not null)
            .Select(p => new WatchedFit(stack, p.First, Start(0), tokenizer, p.Item, p.Questions.Rows, context, time))
            .ToArray();
        try
        {
            var ends = Trained(parts, stack, validation, watched, cancel);
            var shares = validation?.Shares(cancel);
            return [.. parts.Select(part => Outcome(part, ends, shares, stack, Start, tokenizer, trained))];
        }
        finally
        {
            foreach (var fit in watched)
                fit.Dispose();
        }
    }

    IReadOnlyList<StackOutcome> Trained(
        List<Part> parts,
        ModelStack stack,
        StackValidation? validation,
        WatchedFit[] watched,
        CancellationToken cancel
    )
    {
        foreach (var part in parts)
            part.Item.Fit.Progress?.Report(
                new PhaseEntered("train", part.Recipe.Members > 1 ? $"{part.Recipe.Members} models together" : null)
            );
        var first = parts[0];
        var plan = TrainingPlan.Of(first.Recipe with { TokensAtOnce = 0 }, first.Rows[0].Steps, first.Item.Fit.Seed);
        var hooks = new StackHooks
        {
            Fits = [.. parts.SelectMany((p, i) => Enumerable.Repeat(i, p.Rows.Length))],
            Progress =
            [
                .. parts.SelectMany(p =>
                    p.Rows.Select((rows, m) => p.Item.Fit.Progress is { } to ? new MemberCount(to, rows, m, p.Rows.Length) : null)
                ),
            ],
            Validate = validation is null
                ? null
                : (moment, models) =>
                {
                    var results = validation.Judge(models, cancel);
                    foreach (var fit in watched)
                        fit.Sample(moment, cancel);
                    return results;
                },
            AfterStep = moment =>
            {
                foreach (var fit in watched)
                    fit.Draw(moment with { Epoch = moment.Epoch * first.Rows[0].PassesPerRound }, cancel);
            },
            EpochEnded = moment =>
            {
                foreach (var fit in watched)
                    fit.Keep(moment);
            },
            StopNow = () => context.StopTraining.IsCancellationRequested,
            Checkpoints = context.CheckpointFolder.Length == 0 ? null : new(Path.Combine(context.CheckpointFolder, "training-together")),
        };
        return new StackTrainer(stack, plan, time).Run([.. parts.SelectMany(p => p.Rows)], hooks, cancel);
    }

    static int Inputs(List<Part> parts, Tokenizer tokenizer, LanguageModel model)
    {
        var used = Math.Min(SpareColumns.Used(tokenizer, parts[0].Item.Prompts.State.Features.Count), model.Config.VocabularySize);
        var largest = parts.Max(p => Math.Max(p.Rows[0].LargestId, p.Questions.LargestId));
        return largest < used ? used : model.Config.VocabularySize;
    }

    static FitOutcome Outcome(
        Part part,
        IReadOnlyList<StackOutcome> ends,
        double[][][]? shares,
        ModelStack stack,
        Func<int, LanguageModel> start,
        Tokenizer tokenizer,
        long trained
    )
    {
        StackOutcome[] own = [.. part.Models.Select(m => ends[m])];
        if (own.FirstOrDefault(o => o.Failure is not null) is { Failure: { } failure })
            return new(null, failure);
        var item = part.Item;
        TrainingOutcome[] trainings =
        [
            .. own.Select(o => o.Outcome)
                .Select(o =>
                    o with
                    {
                        Epochs = o.Epochs * part.Rows[0].PassesPerRound,
                        BestEpoch = o.BestEpoch * part.Rows[0].PassesPerRound,
                    }
                ),
        ];
        var temperature = part.Questions.Temperature(shares is null ? [] : [.. part.Models.Select(m => shares[m])]);
        PromptedModel[] models =
        [
            .. part.Models.Select((m, member) => new PromptedModel(stack.Take(m, start(member)), tokenizer, item.Prompts, item.Recipe)),
        ];
        var chosen = ChosenValues.Of(item.Settings, trainings, models[0].Model.ParameterCount, trained, temperature);
        return new(
            new LiftPredictor(models, item.Prompts, item.Settings, FittedBase.Of(item.Start, models.Length), temperature ?? 1, chosen),
            null
        );
    }
}
