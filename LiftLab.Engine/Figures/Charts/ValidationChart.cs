using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// The score on the validation rows after each epoch. Several averaged models have a line each, from their own first step, as in
/// <see cref="LossChart"/>.
/// </summary>
public static class ValidationChart
{
    /// <param name="names">Names of jobs side by side ("rate 0.1"); null for models that are averaged.</param>
    public static Figure Of(LossCurve curve, Metric metric, IReadOnlyList<string>? names = null)
    {
        var percent = metric.Unit == "%";
        var (all, factor) = (curve.Members, percent ? 100 : 1);
        var several = all.Count > 1;
        string Name(int member) =>
            names is not null && member < names.Count ? names[member] : string.Create(CultureInfo.InvariantCulture, $"model {member + 1}");

        var points = all.SelectMany(
                (part, m) =>
                    part
                        .Validations.Where(v => v.Value is { } value && double.IsFinite(value))
                        .Select(v => (Member: m, Step: several ? part.Own(v.Step) : v.Step, Value: v.Value!.Value * factor))
            )
            .ToArray();
        var axis = new Axis("validation " + metric.Title.ToLowerInvariant(), percent ? "%" : "");
        return new(
            $"{metric.Title} on the validation rows",
            new(several ? "optimiser step of each model" : "optimiser step"),
            axis,
            [
                .. all.Select(
                    (_, m) =>
                        new Series.Line(
                            several ? Name(m) : axis.Label,
                            several ? Hue.Class(m) : Hue.Contrast,
                            [.. points.Where(p => p.Member == m).Select(p => (double)p.Step)],
                            [.. points.Where(p => p.Member == m).Select(p => p.Value)]
                        )
                        {
                            Marked = true,
                        }
                ),
            ],
            DataTable.Of(
                ["optimiser step", axis.Title, .. several ? ["model"] : Array.Empty<string>()],
                points.Length,
                i =>
                    [
                        points[i].Step.ToString(CultureInfo.InvariantCulture),
                        points[i].Value.ToString("G4", CultureInfo.InvariantCulture),
                        .. several ? [Name(points[i].Member)] : Array.Empty<string>(),
                    ]
            )
        )
        {
            Caption = $"{metric.Title} on the validation rows after each epoch; the test rows are not used during training.",
            Summary =
                points.Length == 0
                    ? $"{axis.Title}: no value yet"
                    : string.Create(CultureInfo.InvariantCulture, $"{axis.Title} after each epoch, last {points[^1].Value:G4}"),
            Waiting = points.Length == 0 ? "no value yet" : null,
        };
    }
}
