using System.Globalization;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>A comparison as a sentence with scores and p-values.</summary>
static class VerdictWords
{
    public static string Of(Comparison c, int comparisons)
    {
        if (c.Rows == 0)
            return $"{c.First} and {c.Second} have no row that both answered: they cannot be compared.";
        var p =
            comparisons > 1 && c.AdjustedPValue != c.PValue
                ? $"{c.Test} {P(c.PValue)}; {P(c.AdjustedPValue)} after Holm's correction"
                : $"{c.Test} {P(c.PValue)}";
        var what = c.Finding switch
        {
            Finding.Better => $"{c.First} is better on {Rows(c.Rows)}",
            Finding.Worse => $"{c.First} is worse on {Rows(c.Rows)}",
            _ => $"no evidence of a difference on {Rows(c.Rows)}",
        };
        var needed =
            c.Rows < Interval.FewestRows
                ? string.Create(CultureInfo.InvariantCulture, $"; no p-value of {Rows(c.Rows)} is below {Least(c.Rows):0.####}")
            : c.RowsNeeded is { } n ? $"; about {Round(n)} test rows are needed to detect this difference"
            : "";
        return $"{c.First} {Value(c.Metric, c.FirstScore, true)}, {c.Second} {Value(c.Metric, c.SecondScore, false)}: {what} ({p}){needed}.";
    }

    /// <summary>"1 row", "30 rows".</summary>
    public static string Rows(int count, string kind = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {kind}{(count == 1 ? "row" : "rows")}");

    /// <summary>The p-value where all rows favour the same learner.</summary>
    public static double Least(int rows) => 2 * Math.Pow(0.5, rows);

    static string Value(string metric, Score s, bool interval)
    {
        var known = Metrics.Named(metric);
        var share = known.Unit == "%";
        string Text(double v) => share ? (100 * v).ToString("F1", CultureInfo.InvariantCulture) : NumberWords.Significant(v);
        var text = share ? Text(s.Value) + " %" : $"{known.Title} {Text(s.Value)}";
        return interval && s is { Low: { } low, High: { } high } ? $"{text} [{Text(low)}, {Text(high)}]" : text;
    }

    static string P(double p) => p < 0.001 ? "p < 0.001" : "p = " + p.ToString(p < 0.0995 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>Rounds up to two significant digits: more would suggest a precision that the estimate does not have.</summary>
    static string Round(int n)
    {
        var unit = 1;
        while (n / unit >= 100)
            unit *= 10;
        return ((long)Math.Ceiling((double)n / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture);
    }
}
