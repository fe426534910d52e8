using System.Globalization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Uneven classes: how uneven they are, and which learners never answer a rare class.</summary>
public static class ClassBalance
{
    /// <summary>More rare classes are counted instead of named.</summary>
    const int MostNamed = 5;

    /// <summary>Sentences for people; empty where no class is rare, and for numbers.</summary>
    /// <param name="rows">The test rows.</param>
    /// <param name="learners">Their answers for these rows.</param>
    public static IReadOnlyList<string> Notes(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Contender> learners)
    {
        if (task.Labels.Count < 2 || rows.Count == 0)
            return [];
        var counts = Count(task, [.. task.Split.Train, .. task.Split.Valid, .. task.Split.Test]);
        var all = counts.Sum();
        var rare = RareClasses.In(counts);
        if (rare.Count == 0)
            return [];
        var tested = Count(task, rows);
        var common = Array.IndexOf(counts, counts.Max());
        return
        [
            Text($"The classes are uneven: “{task.Labels[common]}” has {counts[common]} of {all} rows, {Named(task, counts, rare)}. ")
                + Text(
                    $"Always answering “{task.Labels[common]}” is correct in {100.0 * tested[common] / rows.Count:0.0} % of the test rows, "
                )
                + Text($"and its balanced accuracy is {100.0 / tested.Count(n => n > 0):0.0} %."),
            .. rare.Take(MostNamed).Select(k => Never(task, k, tested[k], learners)).OfType<string>(),
        ];
    }

    static string Named(LearningTask task, int[] counts, IReadOnlyList<int> rare) =>
        rare.Count > MostNamed
            ? Text($"{rare.Count} classes have at most {rare.Max(k => counts[k])} each")
            : string.Join(", ", rare.Select(k => Text($"“{task.Labels[k]}” {counts[k]}")));

    static string? Never(LearningTask task, int label, int testRows, IReadOnlyList<Contender> learners)
    {
        string[] never =
        [
            .. learners.Where(l => !l.Predictions.Any(p => p is Prediction.Answered a && (int)a.Value == label)).Select(l => l.Title),
        ];
        return never.Length == 0
            ? null
            : $"{List(never)} never {(never.Length == 1 ? "answers" : "answer")} “{task.Labels[label]}” "
                + $"({VerdictWords.Rows(testRows, "test ")} of this class).";
    }

    static int[] Count(LearningTask task, IReadOnlyList<int> rows)
    {
        var counts = new int[task.Labels.Count];
        foreach (var row in rows)
            counts[(int)task.Targets[row]]++;
        return counts;
    }

    static string List(string[] names) => names.Length < 2 ? string.Concat(names) : string.Join(", ", names[..^1]) + " and " + names[^1];

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
