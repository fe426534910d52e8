using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// The loss curves of several runs in one figure: smoothed training loss as lines, validation loss as marks on thin lines.
/// </summary>
public static class CurvesChart
{
    public static Figure Of(IReadOnlyList<(string Name, LossCurve Curve)> runs) =>
        new(
            "Loss of several runs",
            new("optimiser step"),
            new("loss", "nats per token") { FromZero = true },
            [.. runs.SelectMany((run, r) => Curves(run.Name, run.Curve, Hue.Class(r)))],
            DataTable.Of(
                ["run", "steps", "last training loss, smoothed", "best validation loss"],
                runs.Count,
                i => [runs[i].Name, .. Row(runs[i].Curve)]
            )
        )
        {
            Caption =
                "Lines are the smoothed training loss, marks the validation loss."
                + (
                    runs.Any(r => r.Curve.Members.Count > 1)
                        ? " Where a curve begins again, the run trains the next of several models that are averaged."
                        : ""
                ),
            Summary = $"Loss curves of {runs.Count} runs",
        };

    static Series[] Curves(string name, LossCurve curve, Hue hue)
    {
        var (xs, ys) = MemberLines.Of(curve, curve.Members, curve.Smooth);
        return
        [
            new Series.Line(name, hue, xs, ys),
            .. curve.Members.Select(part => new Series.Line(
                name + ", validation",
                hue,
                [.. part.Validations.Select(v => (double)v.Step)],
                [.. part.Validations.Select(v => v.Loss)]
            )
            {
                Width = .8,
                Marked = true,
                InLegend = false,
            }),
        ];
    }

    static string[] Row(LossCurve curve) =>
        [
            curve.Steps.Count.ToString(CultureInfo.InvariantCulture),
            curve.Smooth.Count == 0 ? "" : curve.Smooth[^1].ToString("G4", CultureInfo.InvariantCulture),
            curve.Validations.Count == 0 ? "" : curve.Validations.Min(v => v.Loss).ToString("G4", CultureInfo.InvariantCulture),
        ];
}
