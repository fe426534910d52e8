using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Tables.Splits;

/// <summary>scikit-learn's <c>StratifiedShuffleSplit(n_splits=1)</c>, draw for draw.</summary>
static class StratifiedShuffleSplit
{
    /// <summary>Above this number of small classes, one problem gives their count instead of one problem per class.</summary>
    const int Named = 10;

    /// <param name="rows">Row numbers, in table order.</param>
    /// <param name="code">Class of a row, 0 to classes - 1.</param>
    /// <returns>Row numbers of both parts, shuffled as scikit-learn returns them.</returns>
    /// <param name="held">Rows of the second part.</param>
    public static (int[] Kept, int[] HeldOut) Make(IReadOnlyList<int> rows, Func<int, int> code, int classes, int held, int seed)
    {
        // Classes without rows are dropped: scikit-learn does not know them, and ties with them would change all later draws.
        var members = new List<int>[classes];
        for (var c = 0; c < classes; c++)
            members[c] = [];
        foreach (var row in rows)
            members[code(row)].Add(row);
        members = [.. members.Where(m => m.Count > 0)];

        var random = new NumpyRandom(seed);
        int[] counts = [.. members.Select(m => m.Count)];
        var restOf = ApproximateMode(counts, rows.Count - held, random);
        var heldOf = ApproximateMode([.. counts.Select((n, c) => n - restOf[c])], held, random);
        List<int> rest = [],
            heldOut = [];
        for (var c = 0; c < members.Length; c++)
        {
            var order = random.Permutation(members[c].Count);
            for (var i = 0; i < restOf[c]; i++)
                rest.Add(members[c][order[i]]);
            for (var i = 0; i < heldOf[c]; i++)
                heldOut.Add(members[c][order[restOf[c] + i]]);
        }
        var shuffledRest = random.Permutation(rest);
        return (shuffledRest, random.Permutation(heldOut));
    }

    /// <summary>
    /// The number of rows to hold out: the share, rounded up, or one row of each class where that is more and the rest has as many.
    /// </summary>
    public static int Held(int rows, int classes, double share)
    {
        var held = (int)Math.Ceiling(share * rows);
        return held < classes && 2 * classes <= rows ? classes : held;
    }

    /// <summary>The cases that scikit-learn refuses, as problems: a class with one row, or a part with fewer rows than classes.</summary>
    public static IReadOnlyList<Problem> Blocker(IReadOnlyList<int> codes, IReadOnlyList<string> labels, int held)
    {
        var counts = new int[labels.Count];
        foreach (var code in codes)
            counts[code]++;
        var problems = new List<Problem>();
        if (labels.Count < 2)
            problems.Add(
                new(
                    Severity.Error,
                    "one-class",
                    $"every row has the same class '{(labels.Count == 0 ? "" : labels[0])}'",
                    "Choose another target, or add rows of another class."
                )
            );
        int[] small = [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] < 2)];
        if (small.Length > Named)
            problems.Add(
                new(
                    Severity.Error,
                    "class-too-small",
                    $"{small.Length} of {labels.Count} classes have too few rows to be in the training, validation and test parts",
                    "Each class needs at least 3 rows: choose another target, merge classes, or choose regression for a measured number."
                )
            );
        else
            foreach (var c in small)
                problems.Add(
                    new(
                        Severity.Error,
                        "class-too-small",
                        $"the class '{labels[c]}' has too few rows to be in the training, validation and test parts",
                        "Each class needs at least 3 rows: add rows of this class, merge it with another class, or remove it."
                    )
                );
        if (held < labels.Count && problems.Count == 0)
            problems.Add(
                new(
                    Severity.Error,
                    "too-few-rows",
                    $"{codes.Count} rows are too few for {labels.Count} classes",
                    $"A part with a fifth of the rows ({held}) must contain a row of each class: add rows or merge classes."
                )
            );
        return problems;
    }

    /// <summary>
    /// Class sizes of a sample: the approximate mode of the multivariate hypergeometric distribution. Expected sizes are rounded down and
    /// the remaining draws go to the largest fractions; ties are broken at random.
    /// </summary>
    static int[] ApproximateMode(int[] counts, int draws, NumpyRandom random)
    {
        double total = counts.Sum();
        double[] exact = [.. counts.Select(n => n / total * draws)];
        int[] sizes = [.. exact.Select(x => (int)Math.Floor(x))];
        var left = draws - sizes.Sum();
        if (left <= 0)
            return sizes;
        double[] fractions = [.. exact.Select(x => x - Math.Floor(x))];
        foreach (var fraction in fractions.Distinct().OrderDescending())
        {
            int[] tied = [.. Enumerable.Range(0, counts.Length).Where(c => fractions[c] == fraction)];
            foreach (var c in random.Choice(tied, Math.Min(tied.Length, left)))
            {
                sizes[c]++;
                left--;
            }
            if (left == 0)
                break;
        }
        return sizes;
    }
}
