using System.Globalization;
using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts.Svg;

/// <summary>An axis on the page: maps values to pixels and gives ticks. Categories lie at 0, 1, 2 ….</summary>
sealed class SvgAxis
{
    /// <summary>Minimum pixels from one tick to the next, along the text and across it.</summary>
    const double AlongText = 62,
        AcrossText = 42;

    readonly Axis axis;
    readonly double low,
        high,
        from,
        to;

    /// <param name="values">The values to show, where the axis gives no range.</param>
    /// <param name="start">Pixel of the low end of an axis that is not reversed.</param>
    /// <param name="end">Pixel of its high end.</param>
    public SvgAxis(Axis axis, IEnumerable<double> values, double start, double end)
    {
        this.axis = axis;
        (from, to) = axis.Reversed ? (end, start) : (start, end);
        if (axis.Scale == AxisScale.Category)
            (low, high) = (-.5, axis.Categories.Count - .5);
        else
        {
            var (fittedLow, fittedHigh) = Fit([.. values.Where(double.IsFinite).Where(v => !Logarithmic || v > 0).Select(Scaled)]);
            (low, high) = (axis.Low is { } l ? Scaled(l) : fittedLow, axis.High is { } h ? Scaled(h) : fittedHigh);
        }
    }

    bool Logarithmic => axis.Scale == AxisScale.Logarithmic;

    public double Pixel(double value) => from + (Scaled(value) - low) / (high - low) * (to - from);

    /// <summary>Pixel of a category.</summary>
    public double Pixel(string category)
    {
        for (var i = 0; i < axis.Categories.Count; i++)
            if (axis.Categories[i] == category)
                return Pixel(i);
        return double.NaN;
    }

    public bool HasCategories => axis.Scale == AxisScale.Category;

    /// <summary>Pixels from one category to the next.</summary>
    public double CategoryWidth => Math.Abs(to - from) / Math.Max(1, axis.Categories.Count);

    /// <summary>Ticks whose labels do not touch, written along the axis at a text size; 0 for labels across it.</summary>
    public IReadOnlyList<(double At, string Text)> Ticks(double labelSize = 0)
    {
        if (axis.Scale == AxisScale.Category)
            return [.. axis.Categories.Select((name, i) => (Pixel(i), name))];
        if (Logarithmic)
            return LogarithmicTicks();
        for (var spacing = labelSize > 0 ? AlongText : AcrossText; ; spacing *= 1.5)
        {
            var ticks = LinearTicks(spacing);
            var widest = labelSize > 0 ? ticks.Select(t => TextWidth.Of(t.Text, labelSize)).DefaultIfEmpty(0).Max() : 0;
            if (ticks.Count < 3 || Math.Abs(ticks[1].At - ticks[0].At) > widest + 8)
                return ticks;
        }
    }

    (double, double) Fit(double[] scaled)
    {
        if (scaled.Length == 0)
            return (0, 1);
        var (least, most) = (scaled.Min(), scaled.Max());
        if (axis.FromZero)
            (least, most) = (Math.Min(0, least), Math.Max(0, most));
        var margin = most > least ? .05 * (most - least) : Math.Max(.5, .05 * Math.Abs(least));
        return (axis.FromZero && least == 0 ? 0 : least - margin, axis.FromZero && most == 0 ? 0 : most + margin);
    }

    double Scaled(double value) => Logarithmic ? Math.Log10(value) : value;

    // Powers of ten; where there are fewer than two, also 2 and 5 times each.
    List<(double, string)> LogarithmicTicks()
    {
        int first = (int)Math.Floor(low),
            last = (int)Math.Ceiling(high);
        List<(double, string)> Of(double[] steps) =>
            [
                .. Enumerable
                    .Range(first, last - first + 1)
                    .SelectMany(e => steps.Select(s => s * Math.Pow(10, e)))
                    .Where(v => Math.Log10(v) >= low - 1e-9 && Math.Log10(v) <= high + 1e-9)
                    .Select(v => (Pixel(v), v.ToString("G4", CultureInfo.InvariantCulture))),
            ];
        var decades = Of([1]);
        return decades.Count > 1 ? decades : Of([1, 2, 5]);
    }

    List<(double At, string Text)> LinearTicks(double spacing)
    {
        var step = Step((high - low) / Math.Clamp(Math.Abs(to - from) / spacing, 1, 10));
        var digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        var ticks = new List<(double, string)>();
        for (var value = Math.Ceiling(low / step - 1e-9) * step; value <= high + 1e-9 * step; value += step)
            ticks.Add((Pixel(value), Label(value, digits)));
        return ticks;
    }

    static string Label(double value, int digits)
    {
        var text = value.ToString("F" + digits, CultureInfo.InvariantCulture);
        if (text.TrimStart('-').All(c => c is '0' or '.'))
            text = text.TrimStart('-');
        return (text.Length > 7 ? Short(value) : text).Replace('-', '\u2212');
    }

    static string Short(double value) =>
        value == 0 ? "0"
        : Math.Abs(value) is >= 1e-3 and < 1e6 ? value.ToString("G5", CultureInfo.InvariantCulture)
        : value.ToString("0.####e0", CultureInfo.InvariantCulture);

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
