using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi;

/// <summary>Finds out what works at a provider by asking it, and says it in words.</summary>
public sealed class ConnectionTest(Provider provider, string? key, TimeProvider clock)
{
    public const string Address = "Address",
        Key = "Key",
        Models = "Models",
        Training = "Fine-tuning",
        Scores = "Label scoring";

    /// <summary>An upper bound of what <see cref="ScoringAsync"/> sends and receives.</summary>
    public const int ScoringAsked = 200,
        ScoringAnswered = 70;

    /// <summary>A file that no service has, so that no job can start.</summary>
    const string NoFile = "file-liftlab-connection-test";

    /// <summary>What is sent, for a person who decides whether to send it.</summary>
    public const string WhatIsSent =
        "It reads the list of models and asks for a fine-tuning job with a file that does not exist, so that nothing can start. It costs nothing.";

    /// <summary>Looks at address, key, models and fine-tuning. Costs nothing.</summary>
    /// <param name="model">The model that the test job names; null for the first of the list.</param>
    public async Task<ConnectionReport> LookAsync(string? model, CancellationToken cancel)
    {
        var findings = new List<ConnectionFinding>();
        var models = new List<ListedModel>();
        using var client = ProviderClient.Open(provider, key, null, clock, waits: false);
        if (await ModelsAsync(client, findings, models, cancel))
            findings.Add(await TrainingAsync(client, model ?? models.FirstOrDefault()?.Id ?? "gpt-4o-mini-2024-07-18", cancel));
        return new(clock.GetUtcNow(), findings, models);
    }

    /// <returns>Whether it is worth while to ask further.</returns>
    static async Task<bool> ModelsAsync(
        ProviderClient client,
        List<ConnectionFinding> findings,
        List<ListedModel> models,
        CancellationToken cancel
    )
    {
        var host = new Uri(client.Provider.Address).Authority;
        try
        {
            await foreach (var entry in client.ListAsync("models", cancel))
                if (Fields.Text(entry, "id") is { } id)
                    models.Add(new(id, ModelLife.EndOf(entry)));
            findings.Add(new(Address, ConnectionVerdict.Works, $"{host} answers."));
            findings.Add(new(Key, ConnectionVerdict.Works, "The service accepts the key, or asks for none."));
            var ending = models.Count(m => m.Ends is not null);
            findings.Add(
                models.Count == 0
                    ? new(Models, ConnectionVerdict.Limited, "The list of models is empty: name a model yourself.")
                    : new(
                        Models,
                        ConnectionVerdict.Works,
                        FormattableString.Invariant($"{models.Count} models")
                            + (ending == 0 ? "; the service names no days of retirement." : $", {ending} with a day of retirement.")
                    )
            );
            return true;
        }
        catch (ProviderException e)
        {
            var words = Sentence(e);
            if (e.Code is "unreachable" or "moved" or "not-understood")
            {
                findings.Add(new(Address, ConnectionVerdict.Refused, words));
                return false;
            }
            findings.Add(new(Address, ConnectionVerdict.Works, $"{host} answers."));
            if (e.Status is 401 or 403)
            {
                findings.Add(new(Key, ConnectionVerdict.Refused, words));
                return false;
            }
            findings.Add(
                new(
                    Models,
                    e.Status is 404 or 405 ? ConnectionVerdict.Limited : ConnectionVerdict.Refused,
                    e.Status is 404 or 405
                        ? $"There is no list of models at {client.Provider.Address}/models. Check that the address ends with the version of the API (\"/v1\"); else name a model yourself."
                        : words
                )
            );
            return e.Status is 404 or 405;
        }
    }

    /// <summary>Asks for a job that cannot start: the refusal tells whether jobs are taken at all.</summary>
    static async Task<ConnectionFinding> TrainingAsync(ProviderClient client, string model, CancellationToken cancel)
    {
        var jobs = client.Provider.Dialect.Jobs;
        try
        {
            await client.GetAsync(jobs + "?limit=1", cancel);
            var created = await client.PostOnceAsync(
                jobs,
                new JsonObject { ["model"] = model, ["training_file"] = NoFile },
                "liftlab-connection-test",
                cancel
            );
            if (Fields.Text(created, "id") is { } id)
                await client.PostAsync($"{jobs}/{Uri.EscapeDataString(id)}/cancel", null, cancel);
            return new(
                Training,
                ConnectionVerdict.Works,
                "The service takes fine-tuning jobs. It took the test job, too, although its file does not exist; the job was cancelled."
            );
        }
        catch (ProviderException e)
        {
            return Of(e, model);
        }
    }

    static ConnectionFinding Of(ProviderException e, string model)
    {
        var text = e.ServiceText.Length > 0 ? $" (\"{e.ServiceText}\")" : "";
        if (e.Status is 405 or 501 || (e.Status == 404 && !AboutTheJob(e)))
            return new(Training, ConnectionVerdict.Limited, "This service has no fine-tuning: its models can be asked as they are.");
        if (e.Status is 401 or 402 or 403 or 429)
            return new(Training, ConnectionVerdict.Refused, Sentence(e));
        if (e.Status is 400 or 404 or 409 or 422)
            return e.ServiceText.Contains("file", StringComparison.OrdinalIgnoreCase)
                ? new(
                    Training,
                    ConnectionVerdict.Works,
                    $"The service takes fine-tuning jobs; it refused the test job because its file does not exist{text}."
                )
                : new(
                    Training,
                    ConnectionVerdict.Limited,
                    $"The service has fine-tuning and refused the test job with {model}{text}. Whether it takes a job with another model shows when you start one."
                );
        return new(Training, ConnectionVerdict.Refused, Sentence(e));
    }

    /// <summary>A 404 that answers the test job names the file or the model; one of a missing page does not.</summary>
    static bool AboutTheJob(ProviderException e) =>
        e.ServiceCode is not null and not "not_found"
        || e.ServiceText.Contains("file", StringComparison.OrdinalIgnoreCase)
        || e.ServiceText.Contains("model", StringComparison.OrdinalIgnoreCase);

    /// <summary>Asks a model up to four short questions to find out how it gives probabilities. The service may bill them.</summary>
    public async Task<ConnectionFinding> ScoringAsync(string model, RowForm form, Spending spending, CancellationToken cancel)
    {
        using var client = ProviderClient.Open(provider, key, null, clock, waits: false);
        try
        {
            var probe = await ScoringProbe.OfAsync(new(client, model, form, null, spending), cancel);
            return new(
                Scores,
                probe.Scoring is Scoring.Frequencies or Scoring.Text ? ConnectionVerdict.Limited : ConnectionVerdict.Works,
                $"{model}: {probe.Why}."
            );
        }
        catch (ProviderException e)
        {
            return new(Scores, ConnectionVerdict.Refused, $"{model}: {Sentence(e)}");
        }
        catch (LearningFailedException e)
        {
            return new(Scores, ConnectionVerdict.Refused, $"{e.What}. {e.WhatToDo}");
        }
    }

    static string Sentence(ProviderException e) => $"{e.What}. {e.WhatToDo}" + (e.RequestId is { } id ? $" Request {id}." : "");
}
