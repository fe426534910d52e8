using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Web.Live;

/// <summary>What one fit of a paid learner costs on each table of a study, asked of the learner's own plan once per table.</summary>
/// <param name="priceFile">The lab's own list of prices; need not exist.</param>
sealed class StudyPrices(StudySpec study, IReadOnlyList<Table> tables, string priceFile, CancellationToken cancel)
{
    /// <summary>A paid learner computes elsewhere, so that its price does not depend on this machine.</summary>
    readonly MachineFacts anywhere = new(0, OnCard: false, "elsewhere", []) { PriceFile = priceFile };

    /// <summary>Of a fit with the answers for its test rows, and of those answers once more.</summary>
    readonly Dictionary<(string, string), (decimal? Fit, decimal? Answers)> known = [];

    /// <summary>US dollars; null for a learner that computes on this machine, and for one whose price is not known.</summary>
    /// <param name="predictions">How often the fit answers test rows.</param>
    public decimal? Of(StudyTable table, LearnerSpec learner, int predictions)
    {
        var key = (table.Name, learner.Name);
        if (!known.TryGetValue(key, out var price))
            known[key] = price = Ask(table, learner);
        return price.Fit is { } fit ? fit + (predictions - 1) * (price.Answers ?? 0) : null;
    }

    (decimal?, decimal?) Ask(StudyTable table, LearnerSpec learner)
    {
        var entry = LiftLab.Engine.Engine.Find(learner.Name);
        if (!entry.IsPaid(learner, table.Schema.Task))
            return (null, null);
        var task = TaskOf(table);
        return (entry.Plan(learner, task, anywhere, cancel).Money, entry.AnswerPrice(learner, task, task.Split.Test.Count, priceFile));
    }

    LearningTask TaskOf(StudyTable table)
    {
        var read = tables[study.Tables.ToList().IndexOf(table)];
        return new(read, table.Schema, SplitMaker.Make(read, table.Schema, study.Seeds[0]));
    }
}
