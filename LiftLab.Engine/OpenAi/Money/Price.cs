namespace LiftLab.Engine.OpenAi.Money;

/// <summary>Prices of a model in US dollars per million tokens.</summary>
/// <param name="Kind">Name of the dialect whose host asks this price.</param>
/// <param name="Model">The beginning of the model's name.</param>
/// <param name="Train">Of a token that is trained, once per epoch.</param>
/// <param name="Ask">Of a token of a prompt to the fine-tuned model.</param>
/// <param name="Answer">Of a token that it generates.</param>
public sealed record Price(string Kind, string Model, decimal Train, decimal Ask, decimal Answer)
{
    const decimal Million = 1_000_000;

    /// <summary>Whether a price that was read from a file is whole.</summary>
    internal bool IsUsable => Kind is not null && Model is not null && Train >= 0 && Ask >= 0 && Answer >= 0;

    public decimal Of(long trained, long asked, long answered) => (trained * Train + asked * Ask + answered * Answer) / Million;
}
