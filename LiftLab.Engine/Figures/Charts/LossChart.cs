using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// Training loss of each step and smoothed, validation loss, and the best epoch. Several averaged models have a curve each, from
/// their own first step.
/// </summary>
public static class LossChart
{
    /// <summary>Index of the series of each step's loss, which gets a point with every step.</summary>
    public const int Raw = 0;

    /// <summary>Index of the smoothed series that gets a point with every step.</summary>
    public static int Smooth(LossCurve curve, int members = 1) => members > 1 ? curve.Members.Count : 1;

    /// <param name="members">Number of models that are averaged, or of jobs side by side.</param>
    /// <param name="names">Names of jobs of which one is kept ("rate 0.1"); null for models that are averaged.</param>
    public static Figure Of(LossCurve curve, bool logarithmic, int members = 1, IReadOnlyList<string>? names = null)
    {
        var parts = curve.Members;
        return new(
            "Loss",
            new(members > 1 ? "optimiser step of each model" : "optimiser step"),
            new("loss", "nats per token") { Scale = logarithmic ? AxisScale.Logarithmic : AxisScale.Linear, FromZero = !logarithmic },
            members > 1 ? Several(curve, parts, names) : One(curve, parts),
            TableOf(curve, members)
        )
        {
            Caption =
                names is not null && members > 1 ? CaptionOfJobs
                : members > 1 ? CaptionOf(members)
                : CaptionOfOne,
            Summary = SummaryOf(curve, parts.Count, members),
            Waiting = curve.Steps.Count == 0 ? "no step yet" : null,
        };
    }

    const string CaptionOfOne =
        "Cross-entropy of the answer tokens: each step (thin), their moving average, and the validation rows after each epoch. "
        + "The star marks the epoch whose weights are kept.";

    const string CaptionOfJobs =
        "Cross-entropy of the answer tokens, as the provider reports it: one job for each learning rate, and the one that is best on the "
        + "validation rows is kept. Lines are the moving average of the training loss, marks the validation loss, the thin line each step "
        + "of the last job.";

    static string CaptionOf(int members) =>
        "Cross-entropy of the answer tokens. "
        + $"{members} models are trained, each from the beginning, and their answers are averaged: one curve each. "
        + "Lines are the moving average of the training loss, marks the validation rows after each epoch, the thin line each step of the "
        + "last model. Stars mark the epochs whose weights are kept.";

    static IReadOnlyList<Series> One(LossCurve curve, IReadOnlyList<MemberLosses> parts) =>
        [
            Line("training, each step", Hue.SubjectFaint, curve, parts, curve.Loss) with
            {
                Width = 1,
            },
            Line("training, smoothed", Hue.Subject, curve, parts, curve.Smooth) with
            {
                Width = 2.2,
            },
            Validation("validation", Hue.Contrast, curve.Validations, null),
            Stars("best epoch", [.. parts.TakeLast(1)], whole: true),
        ];

    static IReadOnlyList<Series> Several(LossCurve curve, IReadOnlyList<MemberLosses> parts, IReadOnlyList<string>? names)
    {
        string Name(int member) =>
            names is not null && member < names.Count ? names[member] : string.Create(CultureInfo.InvariantCulture, $"model {member + 1}");

        var last = parts.Count - 1;
        Series.Line Smoothed(int m) => Line(Name(m), Hue.Class(m), curve, [parts[m]], curve.Smooth, fromStart: true);
        return
        [
            Line($"{Name(last)}, each step", Hue.SubjectFaint, curve, [parts[last]], curve.Loss, fromStart: true) with
            {
                Width = 1,
            },
            .. Enumerable.Range(0, parts.Count).Select(Smoothed),
            .. parts.Select(
                (p, m) => Validation($"{Name(m)}, validation", Hue.Class(m), p.Validations, p) with { Width = .8, InLegend = false }
            ),
            Stars("best epochs", parts, whole: false),
        ];
    }

    /// <summary>A line with a gap between models.</summary>
    static Series.Line Line(
        string name,
        Hue hue,
        LossCurve curve,
        IReadOnlyList<MemberLosses> parts,
        IReadOnlyList<double> values,
        bool fromStart = false
    )
    {
        var (xs, ys) = MemberLines.Of(curve, parts, values, fromStart);
        return new(name, hue, xs, ys);
    }

    /// <param name="part">Whose own steps are counted; null for those of the run.</param>
    static Series.Line Validation(string name, Hue hue, IReadOnlyList<Validated> validations, MemberLosses? part) =>
        new(name, hue, [.. validations.Select(v => (double)(part?.Own(v.Step) ?? v.Step))], [.. validations.Select(v => v.Loss)])
        {
            Marked = true,
        };

    static Series.Marks Stars(string name, IReadOnlyList<MemberLosses> all, bool whole)
    {
        var there = all.Where(a => a.Best is not null).ToArray();
        return new(
            name,
            Hue.Text,
            [.. there.Select(a => (double)(whole ? a.Best!.Step : a.Own(a.Best!.Step)))],
            [.. there.Select(a => a.Best!.Loss)]
        )
        {
            Star = true,
        };
    }

    static string SummaryOf(LossCurve curve, int started, int members)
    {
        if (curve.Steps.Count == 0)
            return "Loss curve, no step yet";
        var of = members > 1 ? string.Create(CultureInfo.InvariantCulture, $", model {started} of {members}") : "";
        var training = string.Create(
            CultureInfo.InvariantCulture,
            $"Loss curve over {curve.Steps.Count} steps{of}: training loss from {curve.Loss[0]:G3} to {curve.Smooth[^1]:G3}"
        );
        return curve.Best is not { } best
            ? training
            : training + string.Create(CultureInfo.InvariantCulture, $", best validation at step {best.Step}");
    }

    static DataTable TableOf(LossCurve curve, int members)
    {
        var validations = curve.Validations.ToLookup(v => v.Step);
        string[] model = members > 1 ? ["model"] : [];
        return DataTable.Of(
            ["step", "training loss", "smoothed", "validation loss", .. model],
            curve.Steps.Count,
            i =>
                [
                    curve.Steps[i].ToString(CultureInfo.InvariantCulture),
                    curve.Loss[i].ToString("G6", CultureInfo.InvariantCulture),
                    curve.Smooth[i].ToString("G6", CultureInfo.InvariantCulture),
                    validations[curve.Steps[i]].LastOrDefault() is { } v ? v.Loss.ToString("G6", CultureInfo.InvariantCulture) : "",
                    .. model.Select(_ => (curve.MemberAt(i) + 1).ToString(CultureInfo.InvariantCulture)),
                ]
        );
    }
}
