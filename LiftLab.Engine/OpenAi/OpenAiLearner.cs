using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Jobs;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.OpenAi;

/// <summary>
/// LIFT on a provider's model, as the paper did with GPT-3: uploads the training rows as sentences, follows the fine-tuning job, and asks
/// the fine-tuned model. With a checkpoint folder, every exchange is kept there, and a restarted run goes on with the jobs that it has
/// created.
/// </summary>
public sealed class OpenAiLearner(OpenAiSettings settings, RunContext context, TimeProvider clock) : ILearner
{
    /// <summary>Maximum validation rows on which several rates are compared; the first ones are used.</summary>
    internal const int ValidationRows = 400;

    public string Name => OpenAiSettings.LearnerName;

    public async Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    )
    {
        var client = Client();
        try
        {
            return await FitAsync(client, task, seed, progress, cancel);
        }
        catch (ProviderException e)
        {
            client.Dispose();
            throw Failed(e);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public async Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default)
    {
        var fitted = await FittedProvider.OpenAsync(folder, cancel);
        var client = Client();
        // Questions to the model of a finished run are a person's own decision, each with its price.
        return new OpenAiPredictor(client, fitted, OpenBill(client, limited: context.Abandoned is not null), clock);
    }

    ProviderClient Client()
    {
        if (settings.Replay is { } run)
        {
            var file = Path.Combine(run, "checkpoints", OpenAiSettings.LearnerName, ExchangeLog.FileName);
            return ExchangeLog.Read(file) is { Count: > 0 } exchanges
                ? ProviderClient.Replay(settings.Provider, exchanges)
                : throw new LearningFailedException(
                    "nothing-kept",
                    $"{file} holds no exchanges with a provider",
                    "Name the folder of a run that used a provider."
                );
        }
        var key = ProviderKey.Of(settings.Provider);
        if (key is null && settings.Provider.Dialect.KeyVariable is not null)
            throw new LearningFailedException(
                "no-key",
                $"There is no key for {settings.Provider.Name}",
                ProviderKey.WhatToSet(settings.Provider)
            );
        if (context.CheckpointFolder.Length == 0)
            return ProviderClient.Open(settings.Provider, key, null, clock);
        var kept = Path.Combine(context.CheckpointFolder, ExchangeLog.FileName);
        return ProviderClient.Open(settings.Provider, key, new(kept), clock, kept: kept);
    }

    /// <param name="limited">Whether the run's limit of money holds.</param>
    Spending OpenBill(ProviderClient client, bool limited)
    {
        var price = PriceList.Read().For(settings.Provider.Kind, settings.Model);
        var most = limited && settings.Replay is null ? settings.MostDollars : null;
        if (settings.Replay is not null || context.SpendingFile is not { } file)
            return new(price, most);
        var spending = Spending.Kept(price, most, new(file), Path.GetFileName(context.CheckpointFolder), clock);
        // Outside the run's worker, another process may be between an answer and its booking.
        if (limited && client.Kept is { } kept)
            spending.CatchUp(kept.Asked, kept.Answered);
        return spending;
    }

    RowForm Form => settings.FormInUse;

    async Task<IPredictor> FitAsync(
        ProviderClient client,
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        var prompts = TablePrompts.Fit(settings.Template, task.Table, task.Schema, task.Split.Train, task.Labels);
        var spending = OpenBill(client, limited: true);
        await ModelLife.CheckAsync(client, settings.Model, clock, progress, cancel);
        if (!settings.Trains)
        {
            // The training rows are in random order already, so the first ones are a random choice.
            Example[] solved = [.. task.Split.Train.Take(settings.Examples).Select(r => prompts.Write(task.Table, r))];
            return await FittedAsync(client, settings.Model, prompts, solved, spending, null, progress, cancel);
        }
        var jobs = await TrainAsync(client, task, prompts, seed, spending, progress, cancel);
        return await BestAsync(client, task, prompts, jobs, spending, progress, cancel);
    }

    /// <summary>Uploads, creates the jobs and follows them side by side to their ends.</summary>
    /// <returns>The jobs that gave a model, at least one.</returns>
    async Task<IReadOnlyList<RemoteJob>> TrainAsync(
        ProviderClient client,
        LearningTask task,
        TablePrompts prompts,
        int seed,
        Spending spending,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        var store = new RemoteStore(context.ElsewhereFolder ?? context.CheckpointFolder, settings.Rates);
        var tokens = TokensOf(prompts, task);
        // Jobs that are billed already are part of what is spent.
        using var aside = spending.Reserve(tokens * store.State.Jobs.Count(j => !j.IsOver), 0, 0);
        var retried = store.WasThere;
        progress?.Report(new PhaseEntered("upload", settings.Provider.Name));
        var training = TrainingFile.Write(prompts, task.Table, task.Split.Train, Form);
        var stored = await TrainingFile.UploadAsync(client, store.State.Training!, training, retried, cancel);
        store.Put(store.State with { Training = stored });
        if (task.Split.Valid.Count > 0)
        {
            var validation = TrainingFile.Write(prompts, task.Table, task.Split.Valid, Form);
            var other = store.State.Validation ?? new($"liftlab-{store.State.Key}-valid.jsonl");
            store.Put(store.State with { Validation = await TrainingFile.UploadAsync(client, other, validation, retried, cancel) });
        }
        var start = new JobStart(client, settings, clock);
        foreach (var job in store.State.Jobs)
            store.Put(await start.CreateAsync(job, store.State, seed, retried, cancel));
        var follower = new JobFollower(client, clock, progress, store.Put, context.StopTraining);
        try
        {
            await Task.WhenAll(
                store.State.Jobs.Select(
                    async (job, i) =>
                    {
                        var curve = new JobCurve(i, store.State.Jobs.Count, job.Rate, settings.Epochs, progress);
                        store.Put(await follower.FollowAsync(job, curve, cancel));
                    }
                )
            );
        }
        catch (OperationCanceledException) when (context.Abandoned?.Invoke() == true)
        {
            // Nobody waits for the jobs any more, and they cost money.
            foreach (var job in store.State.Jobs.Where(j => !j.IsOver))
                await follower.CancelAsync(job, CancellationToken.None);
            throw;
        }
        foreach (var job in store.State.Jobs)
            Book(job, tokens, spending, progress);
        foreach (var failed in store.State.Jobs.Where(j => j.Failure is not null))
            progress?.Report(new Noted($"Job {failed.Id}{RateWords(failed)} ended without a model: {failed.Failure}", true));
        RemoteJob[] done = [.. store.State.Jobs.Where(j => j.Model is not null)];
        return done.Length > 0
            ? done
            : throw new LearningFailedException(
                "job-failed",
                $"{settings.Provider.Name} ended the fine-tuning without a model: {store.State.Jobs[0].Failure}",
                "Correct what the service names, then start the run again."
            );
    }

    /// <summary>Tokens of one job by the model's tokenizer, for all epochs.</summary>
    long TokensOf(TablePrompts prompts, LearningTask task)
    {
        var count = new TokenCount(settings.Model);
        var once = task
            .Split.Train.Select(r => prompts.Write(task.Table, r))
            .Sum(e => (long)count.Of(e.Prompt + prompts.Template.Joint + e.Completion));
        return once * (settings.Epochs ?? OpenAiPlan.UsualEpochs);
    }

    static void Book(RemoteJob job, long estimate, Spending spending, IProgress<LearningEvent>? progress)
    {
        if (job.TrainedTokens is { } billed)
            spending.Trains(job.Id!, billed);
        else if (job.Model is not null)
        {
            // A job without a bill would be free in every sum.
            spending.Trains(job.Id!, estimate);
            progress?.Report(
                new Noted(
                    FormattableString.Invariant(
                        $"The service does not say how many tokens job {job.Id} has trained; {estimate} are counted, by the training file."
                    ),
                    true
                )
            );
        }
    }

    static string RateWords(RemoteJob job) => job.Rate is { } rate ? FormattableString.Invariant($" with rate {rate}") : "";

    /// <summary>The model that is best on the validation rows; the only one where there is one job.</summary>
    async Task<IPredictor> BestAsync(
        ProviderClient client,
        LearningTask task,
        TablePrompts prompts,
        IReadOnlyList<RemoteJob> jobs,
        Spending spending,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        OpenAiPredictor? best = null;
        var bestRank = double.NegativeInfinity;
        int[] rows = [.. task.Split.Valid.Take(ValidationRows)];
        foreach (var (job, i) in jobs.Select((j, i) => (j, i)))
        {
            var model = await FittedAsync(client, job.Model!, prompts, [], spending, job, progress, cancel);
            if (jobs.Count == 1 || rows.Length == 0)
                return model;
            progress?.Report(new PhaseEntered("choose", $"rate {i + 1} of {jobs.Count}", (double)i / jobs.Count));
            var answers = await model.PredictAsync(task.Table, rows, cancel);
            var (_, rank) = task.Target.Validate(answers, [.. rows.Select(r => task.Targets[r])], 0);
            if (rank > bestRank)
                (best, bestRank) = (model, rank);
        }
        return best!;
    }

    async Task<OpenAiPredictor> FittedAsync(
        ProviderClient client,
        string model,
        TablePrompts prompts,
        IReadOnlyList<Example> solved,
        Spending spending,
        RemoteJob? job,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        model = settings.Deployment ?? model;
        var voice = new ModelVoice(client, model, Form, null, spending);
        await DeployedAsync(voice, job?.Model ?? model, progress, cancel);
        var probe = await ScoringAsync(voice, prompts, cancel);
        progress?.Report(new Noted($"Probabilities: {probe.Why}."));
        var chosen = settings.ToJson();
        chosen["chosen"] = new JsonObject
        {
            ["model"] = model,
            ["job"] = job?.Id,
            ["rate"] = job?.Rate,
            ["form"] = Form.ToString(),
            ["scoring"] = probe.Scoring.ToString(),
            ["scoringReason"] = probe.Why,
        };
        return new(client, new(settings, model, Form, probe, prompts.State, solved, chosen), spending, clock);
    }

    async Task<ScoringProbe> ScoringAsync(ModelVoice voice, TablePrompts prompts, CancellationToken cancel) =>
        prompts.Completions.Count == 0 ? new(Scoring.Text, 0, "numbers are read from the answer's text")
        : settings.Scoring == Scoring.Auto ? await ScoringProbe.OfAsync(voice, cancel)
        : new(settings.Scoring, 0, "as the settings say");

    /// <summary>Waits for a person to deploy the fine-tuned model, at hosts where that is a step of its own.</summary>
    async Task DeployedAsync(ModelVoice voice, string model, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        if (!settings.Provider.Dialect.DeploysFirst || !settings.Trains)
            return;
        for (var told = false; ; told = true)
            try
            {
                await voice.AskAsync("1", 0, 1, top: false, cancel);
                return;
            }
            catch (ProviderException e) when (e.Status is 404)
            {
                if (!told)
                    progress?.Report(
                        new Noted(
                            $"Deploy the model {model} at {settings.Provider.Name} under the name {voice.Model}; the run then goes on.",
                            true
                        )
                    );
                await Task.Delay(TimeSpan.FromSeconds(30), clock, cancel);
            }
    }

    internal static LearningFailedException Failed(ProviderException e) =>
        new(e.Code, e.Details.Length > 0 ? $"{e.What} ({e.Details})" : e.What, e.WhatToDo, e);
}
