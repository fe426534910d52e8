using System.Text.Json.Serialization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.OpenAi;

/// <summary>What a run on a provider's model sends and costs, before it starts. Nothing is sent for it.</summary>
public sealed record OpenAiPlan() : LearnerPlan(OpenAiSettings.LearnerName, OpenAiSettings.Title), IPromptPlan
{
    /// <summary>Maximum training rows whose prompts are checked and counted; the first ones are used.</summary>
    const int RowsChecked = 1_000;

    /// <summary>Epochs that OpenAI chooses for small tables where none are given.</summary>
    internal const int UsualEpochs = 3;

    /// <summary>Tokens of an answer: a class or a number, and its end mark.</summary>
    const int AnswerTokens = 5;

    /// <summary>Tokens of the sentence that tells a model what to answer, before its labels.</summary>
    const int InstructionTokens = 30;

    [JsonIgnore]
    public TablePrompts? Prompts { get; init; }

    [JsonIgnore]
    public IReadOnlyList<Problem> PromptProblems { get; init; } = [];

    /// <summary>Tokens that the jobs train, all rates and epochs together.</summary>
    public long Trained { get; init; }

    /// <summary>Tokens of the questions about validation and test rows, as many as the way of scoring may need.</summary>
    public long Asked { get; init; }

    public long Answered { get; init; }

    /// <summary>Null where the list of prices has none for the model.</summary>
    [JsonIgnore]
    public Price? Price { get; init; }

    /// <summary>How far the prices can be trusted: "by prices of 2026-11-27".</summary>
    [JsonIgnore]
    public string PriceWords { get; init; } = "";

    public static LearnerPlan Of(LearnerSpec spec, LearningTask task, MachineFacts machine, CancellationToken cancel = default)
    {
        var settings = OpenAiSettings.Of(spec, task.Kind);
        var (prompts, problems) = Write(settings, task, cancel);
        if (prompts is null)
            return new OpenAiPlan { PromptProblems = problems, Problems = problems };
        var count = new TokenCount(settings.Model);
        var row = MeanTokens(count, prompts, task);
        var jobs = settings.Trains ? Math.Max(1, settings.Rates.Count) : 0;
        var epochs = settings.Epochs ?? UsualEpochs;
        var trained = (long)(jobs * epochs * row * task.Split.Train.Count);
        var questions = task.Split.Test.Count + (jobs > 1 ? jobs * Math.Min(OpenAiLearner.ValidationRows, task.Split.Valid.Count) : 0);
        var (asked, answered) = Question(settings, row, prompts.Completions.Count);
        var list = machine.PriceFile is { } file && File.Exists(file) ? PriceList.Read(file) : PriceList.Read();
        var price = list.For(settings.Provider.Kind, settings.Model);
        var plan = new OpenAiPlan
        {
            Prompts = prompts,
            PromptProblems = problems,
            Models = jobs > 0 ? jobs : null,
            Passes = jobs > 0 ? epochs : null,
            Trained = trained,
            Asked = (long)(questions * asked),
            Answered = (long)(questions * answered),
            Price = price,
            PriceWords = list.InWords,
        };
        var money = price?.Of(plan.Trained, plan.Asked, plan.Answered);
        return plan with
        {
            Tokens = plan.Trained + plan.Asked,
            Money = money,
            Problems = [.. problems, .. Notices(settings, count, list, money)],
        };
    }

    static double MeanTokens(TokenCount count, TablePrompts prompts, LearningTask task) =>
        task
            .Split.Train.Take(RowsChecked)
            .Select(r => prompts.Write(task.Table, r))
            .Average(e => count.Of(e.Prompt + prompts.Template.Joint + e.Completion));

    /// <summary>Tokens of one question and its answer, by the way of scoring that takes most of those that may be used.</summary>
    /// <param name="row">Tokens of a row.</param>
    /// <param name="classes">0 for numbers.</param>
    static (double Asked, double Answered) Question(OpenAiSettings settings, double row, int classes)
    {
        var text = row * (1 + settings.Examples) + (settings.Trains ? 0 : InstructionTokens);
        if (classes == 0)
            return (text, AnswerTokens);
        var labels = settings.Scoring is Scoring.Auto or Scoring.Labels && settings.FormInUse != RowForm.Chat;
        var draws = settings.Scoring is Scoring.Auto or Scoring.Frequencies;
        return (labels ? text * classes : text, draws ? AnswerTokens * settings.Samples : AnswerTokens);
    }

    /// <summary>What answering rows costs with a kept model; null where the list has no price.</summary>
    /// <param name="priceFile">The lab's own list of prices; null for the one that comes with LiftLab.</param>
    public static decimal? AnswerPrice(LearnerSpec spec, LearningTask task, int rows, string? priceFile)
    {
        var settings = OpenAiSettings.Of(spec, task.Kind);
        var (prompts, _) = Write(settings, task, default);
        var list = priceFile is not null && File.Exists(priceFile) ? PriceList.Read(priceFile) : PriceList.Read();
        if (prompts is null || list.For(settings.Provider.Kind, settings.Model) is not { } price)
            return null;
        var (asked, answered) = Question(settings, MeanTokens(new(settings.Model), prompts, task), prompts.Completions.Count);
        return price.Of(0, (long)Math.Ceiling(rows * asked), (long)Math.Ceiling(rows * answered));
    }

    /// <summary>Errors of the template and the prompts.</summary>
    public static IReadOnlyList<Problem> Check(LearnerSpec spec, LearningTask task, CancellationToken cancel = default) =>
        [.. Write(OpenAiSettings.Of(spec, task.Kind), task, cancel).Problems.Where(p => p.Severity == Severity.Error)];

    static IEnumerable<Problem> Notices(OpenAiSettings settings, TokenCount count, PriceList list, decimal? money)
    {
        if (settings.Provider.Dialect.Notice is { } notice)
            yield return new(Severity.Note, "provider-notice", notice.TrimEnd('.'), "No action is needed if this suits you.");
        if (money is { } dollars)
            yield return new(
                Severity.Note,
                "provider-price",
                FormattableString.Invariant($"it costs about {dollars:0.00} US dollars, {list.InWords}"),
                "Compare the list with the provider's page."
            );
        else
            yield return new(
                settings.MostDollars is null ? Severity.Warning : Severity.Error,
                "price-unknown",
                $"the list of prices has none for {settings.Model} at {settings.Provider.Name}"
                    + (settings.MostDollars is null ? "" : ", so that its limit cannot be kept"),
                "Add it to the list, or look at the provider's page before the start."
            );
        if (!count.IsExact)
            yield return new(
                Severity.Note,
                "tokens-estimated",
                $"tokens are estimated from bytes, because the tokenizer of {settings.Model} is not known here",
                "No action is needed."
            );
        if (settings.MostDollars is { } most && money > most)
            yield return new(
                Severity.Error,
                "over-limit",
                FormattableString.Invariant($"it would cost about {money:0.00} US dollars, and the limit is {most:0.00}"),
                "Use fewer rows, epochs or rates, or raise the limit."
            );
    }

    static (TablePrompts? Prompts, IReadOnlyList<Problem> Problems) Write(
        OpenAiSettings settings,
        LearningTask task,
        CancellationToken cancel
    )
    {
        try
        {
            var prompts = TablePrompts.Fit(settings.Template, task.Table, task.Schema, task.Split.Train, task.Labels);
            prompts.Cancel = cancel;
            var problems = PromptCheck.Of(prompts, task.Table, [.. task.Split.Train.Take(RowsChecked)]);
            prompts.Cancel = default;
            return (problems.Any(p => p.Severity == Severity.Error) ? null : prompts, problems);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return (null, [new(Severity.Error, "template-unusable", e.Message, "Correct the template's text.")]);
        }
    }
}
