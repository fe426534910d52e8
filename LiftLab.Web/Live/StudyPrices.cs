using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Web.Live;

/// <summary>What one fit of a paid learner costs on each table of a study, asked of the learner's own plan once per table.</summary>
sealed class StudyPrices(StudySpec study, IReadOnlyList<Table> tables, CancellationToken cancel)
{
    /// <summary>A paid learner computes elsewhere, so that its price does not depend on this machine.</summary>
    static readonly MachineFacts Anywhere = new(0, OnCard: false, "elsewhere", []);

    readonly Dictionary<(string, string), decimal?> known = [];

    /// <summary>US dollars; null for a learner that computes on this machine.</summary>
    public decimal? Of(StudyTable table, LearnerSpec learner)
    {
        if (known.TryGetValue((table.Name, learner.Name), out var price))
            return price;
        var entry = LiftLab.Engine.Engine.Find(learner.Name);
        return known[(table.Name, learner.Name)] = entry.IsPaid(learner, table.Schema.Task)
            ? entry.Plan(learner, TaskOf(table), Anywhere, cancel).Money
            : null;
    }

    LearningTask TaskOf(StudyTable table)
    {
        var read = tables[study.Tables.ToList().IndexOf(table)];
        return new(read, table.Schema, SplitMaker.Make(read, table.Schema, study.Seeds[0]));
    }
}
