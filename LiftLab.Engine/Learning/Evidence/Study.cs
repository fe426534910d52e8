using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>One score of a learner on a data set.</summary>
/// <param name="Draw">Identifies the split and the seed; scores of two learners are paired if these are equal.</param>
public sealed record StudyScore(string Draw, double Value);

/// <summary>A data set of a study.</summary>
/// <param name="TrainRows">Training rows of one split.</param>
/// <param name="TestRows">Test rows of one split.</param>
public sealed record StudyData(string Name, int TrainRows, int TestRows);

/// <summary>One metric of several learners on several data sets, each with one or more splits.</summary>
/// <param name="Scores">Shape (data sets, learners): one score per split; empty where the learner was not run or failed.</param>
public sealed record Study(
    Metric Metric,
    IReadOnlyList<StudyData> Data,
    IReadOnlyList<string> Learners,
    IReadOnlyList<IReadOnlyList<IReadOnlyList<StudyScore>>> Scores
)
{
    /// <summary>Mean over the splits; null without a score.</summary>
    public double? Mean(int data, int learner) => Scores[data][learner] is { Count: > 0 } all ? all.Average(s => s.Value) : null;

    /// <summary>Sample standard deviation (n − 1) over the splits; null for fewer than two splits.</summary>
    public double? Deviation(int data, int learner)
    {
        var all = Scores[data][learner];
        if (all.Count < 2)
            return null;
        var mean = all.Average(s => s.Value);
        return Math.Sqrt(all.Sum(s => (s.Value - mean) * (s.Value - mean)) / (all.Count - 1));
    }

    /// <summary>The learners that have a score on every data set: only these can be ranked together.</summary>
    public IReadOnlyList<int> Complete =>
        [.. Enumerable.Range(0, Learners.Count).Where(l => Enumerable.Range(0, Data.Count).All(d => Scores[d][l].Count > 0))];

    /// <summary>
    /// Rank of each learner on a data set among the learners with a score there. 1 is best, ties get their mean rank; NaN without a score.
    /// Shape (learners).
    /// </summary>
    public double[] RanksOn(int data)
    {
        int[] scored = [.. Enumerable.Range(0, Learners.Count).Where(l => Scores[data][l].Count > 0)];
        var ranks = Ranks.Ascending([.. scored.Select(l => Metric.HigherIsBetter ? -Mean(data, l)!.Value : Mean(data, l)!.Value)]);
        var all = new double[Learners.Count];
        Array.Fill(all, double.NaN);
        for (var i = 0; i < scored.Length; i++)
            all[scored[i]] = ranks[i];
        return all;
    }

    /// <summary>Whether any learner has several splits on a data set.</summary>
    public bool HasSplits(int data) => Scores[data].Any(l => l.Count > 1);

    /// <summary>Index of the learner with this title; 0 where no learner has it.</summary>
    public int IndexOf(string? learner) => Math.Max(0, Learners.ToList().IndexOf(learner ?? ""));

    /// <summary>The largest number of splits of any learner on a data set.</summary>
    public int Splits(int data) => Scores[data].Max(l => l.Count);

    /// <summary>Whether the learner has the best mean on a data set among the learners that were run on all of its splits.</summary>
    public bool IsBest(int data, int learner)
    {
        var splits = Splits(data);
        double[] means =
        [
            .. Enumerable.Range(0, Learners.Count).Where(l => Scores[data][l].Count == splits).Select(l => Mean(data, l)).OfType<double>(),
        ];
        return means.Length > 0
            && Scores[data][learner].Count == splits
            && Mean(data, learner) == (Metric.HigherIsBetter ? means.Max() : means.Min());
    }

    /// <summary>The learners ordered by mean rank, then by their ranks on the data sets on which they were run.</summary>
    /// <param name="ranked">The learners that <paramref name="friedman"/> ranks; others come last.</param>
    public IReadOnlyList<int> InOrder(Friedman? friedman, IReadOnlyList<int> ranked)
    {
        double[][] ranks = [.. Enumerable.Range(0, Data.Count).Select(RanksOn)];
        double RankOf(int learner)
        {
            for (var i = 0; i < ranked.Count; i++)
                if (friedman is not null && ranked[i] == learner)
                    return friedman.MeanRanks[i];
            return double.PositiveInfinity;
        }
        return
        [
            .. Enumerable
                .Range(0, Learners.Count)
                .OrderBy(RankOf)
                .ThenBy(l => ranks.Select(r => r[l]).Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Average()),
        ];
    }
}
