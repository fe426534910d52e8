using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.OpenAi;

/// <summary>A model of a provider that answers rows.</summary>
sealed class OpenAiPredictor : IPredictor
{
    /// <summary>Longest pause between two tries while the service cannot be reached.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Tries in a row of one piece of work before the prediction fails. Each try repeats its requests itself.</summary>
    const int Tries = 6;

    readonly ProviderClient client;
    readonly FittedProvider fitted;
    readonly TablePrompts prompts;
    readonly RowAnswers answers;
    readonly Spending spending;
    readonly TimeProvider clock;

    public OpenAiPredictor(ProviderClient client, FittedProvider fitted, Spending spending, TimeProvider clock)
    {
        (this.client, this.fitted, this.spending, this.clock) = (client, fitted, spending, clock);
        prompts = new(fitted.Prompts);
        var before = fitted.Settings.Trains ? null : new Examples(fitted.Prompts, fitted.Solved);
        answers = new(new(client, fitted.Model, fitted.Form, before, spending), prompts, fitted.Settings, fitted.Probe);
    }

    public JsonObject Settings
    {
        get
        {
            var shown = fitted.Chosen.DeepClone().AsObject();
            shown[LearnerBill.Setting] = new LearnerBill(
                spending.Trained,
                spending.AskedTokens,
                spending.AnsweredTokens,
                spending.Dollars
            ).ToJson();
            return shown;
        }
    }

    /// <exception cref="LearningFailedException">The service refused, or could not be reached for long.</exception>
    public async Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default)
    {
        string[] texts = [.. rows.Select(r => prompts.Prompt(table, r))];
        for (var attempt = 1; ; attempt++)
            try
            {
                return await answers.AnswerAsync(texts, cancel);
            }
            catch (ProviderException e) when (e.IsTransient && attempt < Tries)
            {
                // Answers so far are kept; only the others are asked for again.
                var pause = TimeSpan.FromSeconds(Math.Pow(2, attempt));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, cancel);
            }
            catch (ProviderException e)
            {
                throw OpenAiLearner.Failed(e);
            }
    }

    public Task KeepAsync(string folder, CancellationToken cancel = default) =>
        (fitted with { Chosen = Settings }).KeepAsync(folder, cancel);

    public void Dispose() => client.Dispose();
}
