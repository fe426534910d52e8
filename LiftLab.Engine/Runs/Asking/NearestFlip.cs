using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>A change of one cell that changes a learner's answer.</summary>
/// <param name="From">The cell as it is; empty for missing.</param>
/// <param name="Before">The answer as it is, as a cell.</param>
/// <param name="Distance">Share (0 to 1) of the run's rows between the two numbers, or without the new category; of a text, of its words
/// that are left out.</param>
/// <param name="Without">The words that are left out of a text; null for other cells.</param>
public sealed record Flip(string Column, string From, string To, string Before, string After, double Distance, string? Without = null)
{
    /// <summary>"petal width 1.4 → 1.7: versicolor → virginica", "review without 'love': yes → no".</summary>
    public string Words =>
        (Without is null ? $"{Column} {(From.Length == 0 ? "(empty)" : From)} → {To}" : $"{Column} without '{Without}'")
        + $": {Before} → {After}";
}

/// <summary>
/// Searches single cells whose change changes the answer: other categories that occur in the run, texts without single words, quantiles of
/// numbers, and between the row's number and the nearest such quantile once more. A number as the answer counts as changed where it leaves
/// the interval around the
/// former one.
/// </summary>
public sealed class NearestFlip(LearningTask run)
{
    /// <summary>Rows that are asked at most in the first round.</summary>
    const int MostRows = 600;

    const int MostOfOne = 20,
        FewestOfOne = 3,
        Between = 7;

    readonly IReadOnlyList<int> rows = [.. run.Split.Train, .. run.Split.Valid, .. run.Split.Test];

    sealed record Change(string Column, string To, double Distance, double? Number, string? Without = null);

    /// <returns>The nearest change of each column that has one, nearest first.</returns>
    public async Task<IReadOnlyList<Flip>> FindAsync(
        RunModels models,
        AskedLearner learner,
        IReadOnlyDictionary<string, string> row,
        CancellationToken cancel
    )
    {
        var each = Math.Clamp(MostRows / Math.Max(1, run.Schema.Features.Count), FewestOfOne, MostOfOne);
        Change[] changes = [.. run.Schema.Features.SelectMany(f => Changes(f, row.GetValueOrDefault(f.Name, ""), each)).Take(MostRows)];
        if (changes.Length == 0)
            return [];
        double? tolerance = run.Labels.Count > 0 ? null : learner.HalfWidth ?? Spread() / 2;
        var before = (await AskAsync([]))[0];
        var nearest = (await FlippedAsync(changes)).GroupBy(c => c.Change.Column).Select(g => g.MinBy(c => c.Change.Distance)).ToArray();
        Change[] finer = [.. nearest.SelectMany(n => Finer(n.Change, row.GetValueOrDefault(n.Change.Column, "")))];
        var all = nearest.Concat(finer.Length > 0 ? await FlippedAsync(finer) : []);
        return
        [
            .. all.GroupBy(c => c.Change.Column)
                .Select(g => g.MinBy(c => c.Change.Distance))
                .OrderBy(c => c.Change.Distance)
                .Select(c => new Flip(
                    c.Change.Column,
                    row.GetValueOrDefault(c.Change.Column, ""),
                    c.Change.To,
                    Words(before),
                    Words(c.Answer),
                    c.Change.Distance,
                    c.Change.Without
                )),
        ];

        async Task<IReadOnlyList<Prediction>> AskAsync(IReadOnlyList<Change> asked)
        {
            IReadOnlyDictionary<string, string>[] variants =
            [
                row,
                .. asked.Select(c => new Dictionary<string, string>(row, StringComparer.Ordinal) { [c.Column] = c.To }),
            ];
            var table = AskedTable.Of(run, variants).Features;
            return await models.AskAsync(learner, m => m.PredictAsync(table, [.. Enumerable.Range(0, variants.Length)], cancel), cancel);
        }

        async Task<List<(Change Change, Prediction Answer)>> FlippedAsync(IReadOnlyList<Change> asked)
        {
            var answers = await AskAsync(asked);
            return [.. asked.Select((c, i) => (c, answers[i + 1])).Where(c => Differs(before, c.Item2, tolerance))];
        }
    }

    IEnumerable<Change> Changes(ColumnSchema feature, string cell, int most) =>
        feature.Kind.IsNumeric() ? Numbers(feature, cell, most)
        : feature.Kind == ColumnKind.Category ? Categories(feature, cell, most)
        : Shorter(cell, most).Select(s => new Change(feature.Name, s.Text, s.Share, null, s.Without));

    /// <summary>The text without each of its words, or, of a long text, without each of as many pieces; then without all of them.</summary>
    /// <param name="most">Number of pieces.</param>
    internal static IEnumerable<(string Text, string Without, double Share)> Shorter(string text, int most)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var size = Math.Max(1, (words.Length + most - 1) / most);
        for (var at = 0; at < words.Length; at += size)
        {
            var piece = words[at..Math.Min(words.Length, at + size)];
            yield return (
                string.Join(' ', words[..at].Concat(words[(at + piece.Length)..])),
                string.Join(' ', piece),
                (double)piece.Length / words.Length
            );
        }
        if (words.Length > size)
            yield return ("", string.Join(' ', words), 1);
    }

    IEnumerable<Change> Categories(ColumnSchema feature, string cell, int most)
    {
        var column = run.Table[feature.Name];
        return rows.Select(r => column.Cells[r])
            .Where(c => c.Length > 0)
            .GroupBy(c => c, StringComparer.Ordinal)
            .OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key, StringComparer.Ordinal)
            .Where(g => g.Key != cell)
            .Take(most)
            .Select(g => new Change(feature.Name, g.Key, 1 - (double)g.Count() / rows.Count, null));
    }

    IEnumerable<Change> Numbers(ColumnSchema feature, string cell, int most)
    {
        var sorted = Sorted(feature.Name);
        if (sorted.Length == 0)
            yield break;
        double[] values =
        [
            .. Enumerable.Range(0, most).Select(i => sorted[(int)Math.Round((double)i / (most - 1) * (sorted.Length - 1))]).Distinct(),
        ];
        var own = Column.ParseNumber(cell);
        foreach (var value in values.Where(v => !v.Equals(own)))
            yield return new(feature.Name, value.ToString("R", CultureInfo.InvariantCulture), DistanceOf(sorted, own, value), value);
    }

    /// <summary>Values between the row's number and one that flips the answer, written as the column's cells are.</summary>
    IEnumerable<Change> Finer(Change found, string cell)
    {
        if (found.Number is not { } flips || Column.ParseNumber(cell) is not (var own and not double.NaN))
            yield break;
        var sorted = Sorted(found.Column);
        var decimals = Decimals(found.Column);
        var known = new HashSet<double> { own, flips };
        for (var i = 1; i <= Between; i++)
            if (Math.Round(own + (flips - own) * i / (Between + 1), decimals) is var value && known.Add(value))
                yield return new(
                    found.Column,
                    value.ToString("R", CultureInfo.InvariantCulture),
                    Math.Min(DistanceOf(sorted, own, value), found.Distance) - 1e-9 * (Between + 1 - i),
                    value
                );
    }

    double[] Sorted(string column) => [.. rows.Select(r => run.Table[column].Numbers[r]).Where(double.IsFinite).Order()];

    /// <summary>Most decimals of the column's first cells; at most 6.</summary>
    int Decimals(string column) =>
        rows.Take(200)
            .Select(r => run.Table[column].Cells[r])
            .Select(c => c.IndexOf('.', StringComparison.Ordinal) is >= 0 and var at ? Math.Min(6, c.Length - at - 1) : 0)
            .DefaultIfEmpty(0)
            .Max();

    static double DistanceOf(double[] sorted, double from, double to)
    {
        if (double.IsNaN(from))
            return 1;
        var (low, high) = (Math.Min(from, to), Math.Max(from, to));
        return (double)sorted.Count(v => v >= low && v <= high) / sorted.Length;
    }

    /// <summary>Standard deviation of the run's targets.</summary>
    double Spread()
    {
        double[] values = [.. rows.Select(r => run.Targets[r])];
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    /// <param name="tolerance">Of numbers; null for classes.</param>
    static bool Differs(Prediction before, Prediction after, double? tolerance) =>
        (before, after) switch
        {
            (Prediction.Answered a, Prediction.Answered b) when tolerance is { } most => Math.Abs(a.Value - b.Value) > most,
            (Prediction.Answered a, Prediction.Answered b) => a.Value != b.Value,
            (Prediction.Unreadable, Prediction.Unreadable) => false,
            _ => true,
        };

    string Words(Prediction answer) =>
        answer is not Prediction.Answered a ? "unreadable"
        : run.Labels.Count > 0 ? run.Target.Write(a.Value)
        : a.Value.ToString("G5", CultureInfo.InvariantCulture);
}
