using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.OpenAi;

/// <summary>What a run on a provider's model sends and costs, before it starts. Nothing is sent for it.</summary>
static class OpenAiPlan
{
    public const string Title = "LIFT on a provider's model";

    /// <summary>Maximum training rows whose prompts are checked and counted; the first ones are used.</summary>
    const int RowsChecked = 1_000;

    /// <summary>Epochs that OpenAI chooses for small tables where none are given.</summary>
    const int UsualEpochs = 3;

    /// <summary>Tokens of an answer: a class or a number, and its end mark.</summary>
    const int AnswerTokens = 5;

    public static LearnerPlan Of(LearnerSpec spec, LearningTask task, MachineFacts machine, CancellationToken cancel = default)
    {
        var settings = OpenAiSettings.Of(spec, task.Kind);
        var (prompts, problems) = Prompts(settings, task, cancel);
        if (prompts is null)
            return new LearnerPlan(OpenAiSettings.LearnerName, Title) { Problems = problems };
        var count = new TokenCount(settings.Model);
        Example[] rows = [.. task.Split.Train.Take(RowsChecked).Select(r => prompts.Write(task.Table, r))];
        var mean = rows.Average(e => count.Of(e.Prompt + prompts.Template.Joint + e.Completion));
        var jobs = settings.Trains ? Math.Max(1, settings.Rates.Count) : 0;
        var epochs = settings.Epochs ?? UsualEpochs;
        var trained = (long)(jobs * epochs * mean * task.Split.Train.Count);
        var questions = task.Split.Test.Count + (jobs > 1 ? jobs * task.Split.Valid.Count : 0);
        var asked = (long)(questions * mean * (1 + settings.Examples));
        var list = PriceList.Read();
        var money = list.For(settings.Provider.Kind, settings.Model)?.Of(trained, asked, questions * AnswerTokens);
        return new LearnerPlan(OpenAiSettings.LearnerName, Title)
        {
            Models = jobs > 0 ? jobs : null,
            Passes = jobs > 0 ? epochs : null,
            Tokens = trained + asked,
            Money = money,
            Problems = [.. problems, .. Notices(settings, count, list, money)],
        };
    }

    /// <summary>Errors of the template and the prompts.</summary>
    public static IReadOnlyList<Problem> Check(LearnerSpec spec, LearningTask task, CancellationToken cancel = default) =>
        [.. Prompts(OpenAiSettings.Of(spec, task.Kind), task, cancel).Problems.Where(p => p.Severity == Severity.Error)];

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
                Severity.Warning,
                "price-unknown",
                $"the list of prices has none for {settings.Model} at {settings.Provider.Name}",
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

    static (TablePrompts? Prompts, IReadOnlyList<Problem> Problems) Prompts(
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
