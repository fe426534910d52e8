using System.Globalization;

namespace LiftLab.Web.Charts;

/// <summary>One axis of a drawing: values to places, and its ticks. Linear, logarithmic, or categories at whole numbers from 0.</summary>
sealed class SvgAxis
{
    readonly IReadOnlyList<string> categories;
    readonly bool logarithmic,
        percent;
    readonly double low,
        high,
        from,
        to;

    /// <param name="values">What has to fit in, where <paramref name="range"/> does not say.</param>
    /// <param name="range">Two values, low and high; null to fit the values.</param>
    /// <param name="categories">Names in order; empty for numbers.</param>
    /// <param name="from">Place of the low end, in pixels; may be greater than <paramref name="to"/>.</param>
    public SvgAxis(
        IEnumerable<double> values,
        (double Low, double High)? range,
        IReadOnlyList<string> categories,
        bool logarithmic,
        bool toZero,
        bool percent,
        double from,
        double to
    )
    {
        (this.categories, this.logarithmic, this.percent, this.from, this.to) = (categories, logarithmic, percent, from, to);
        if (categories.Count > 0)
            (low, high) = range ?? (-.5, categories.Count - .5);
        else if (range is { } given)
            (low, high) = given;
        else
        {
            double[] fitted =
            [
                .. values.Where(double.IsFinite).Where(v => !logarithmic || v > 0).Select(v => logarithmic ? Math.Log10(v) : v),
            ];
            (low, high) = fitted.Length == 0 ? (0, 1) : (fitted.Min(), fitted.Max());
            if (toZero)
                low = Math.Min(0, low);
            var margin = high > low ? .05 * (high - low) : Math.Max(.5, .05 * Math.Abs(low));
            (low, high) = (toZero && low == 0 ? 0 : low - margin, high + margin);
        }
    }

    public double At(double value) => from + ((logarithmic ? Math.Log10(value) : value) - low) / (high - low) * (to - from);

    /// <summary>A number, or a category's name.</summary>
    public double At(object? value) => At(Number(value));

    public double Number(object? value) =>
        value switch
        {
            string name when categories.Count > 0 => Index(name),
            IConvertible c => c.ToDouble(CultureInfo.InvariantCulture),
            _ => double.NaN,
        };

    int Index(string name)
    {
        for (var i = 0; i < categories.Count; i++)
            if (categories[i] == name)
                return i;
        return -1;
    }

    public IReadOnlyList<(double At, string Text)> Ticks()
    {
        if (categories.Count > 0)
            return [.. categories.Select((name, i) => (At((double)i), name))];
        if (logarithmic)
            return
            [
                .. Enumerable
                    .Range((int)Math.Ceiling(low), Math.Max(0, (int)Math.Floor(high) - (int)Math.Ceiling(low) + 1))
                    .Select(e => (At(Math.Pow(10, e)), Math.Pow(10, e).ToString("G4", CultureInfo.InvariantCulture))),
            ];
        var step = Step((high - low) / Math.Clamp(Math.Abs(to - from) / 62, 2, 10));
        var digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(percent ? 100 * step : step) - 1e-9), 0, 12);
        var ticks = new List<(double, string)>();
        for (var value = Math.Ceiling(low / step - 1e-9) * step; value <= high + 1e-9 * step; value += step)
        {
            var text = (percent ? 100 * value : value).ToString("F" + digits, CultureInfo.InvariantCulture);
            if (text.TrimStart('-').All(c => c is '0' or '.'))
                text = text.TrimStart('-');
            ticks.Add(
                (
                    At(value),
                    (text.Length > 7 && !percent ? value.ToString("G5", CultureInfo.InvariantCulture) : text).Replace('-', '\u2212')
                        + (percent ? " %" : "")
                )
            );
        }
        return ticks;
    }

    /// <summary>The next of 1, 2, 5 times a power of ten.</summary>
    static double Step(double least)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return unit
            * (
                least / unit <= 1.0001 ? 1
                : least / unit <= 2.0001 ? 2
                : least / unit <= 5.0001 ? 5
                : 10
            );
    }
}
