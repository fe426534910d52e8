using System.Globalization;

namespace LiftLab.Web.Pages.Studies;

/// <summary>Share and time of a study for people: within an attempt the share never falls and the time left never grows.</summary>
public sealed class CountDown(TimeProvider clock)
{
    /// <summary>An estimate that exceeds what is shown by this factor, and by this many seconds, is said.</summary>
    const double Exceeded = 2,
        ExceededSeconds = 10;

    int attempt = -1;
    double? left;
    bool isLonger;
    long at;

    public double Share { get; private set; }

    /// <summary>Seconds; null without an estimate, or where the work takes longer than estimated.</summary>
    public double? Left => left is null || isLonger ? null : Now;

    /// <summary>"about 40 s".</summary>
    public string Words =>
        left is null ? "no estimate yet"
        : isLonger ? "longer than estimated"
        : Now switch
        {
            < 10 => "less than 10 s",
            < 95 and var s => string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(s / 5) * 5:0} s"),
            < 5400 and var s => string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(s / 60):0} min"),
            var s => string.Create(CultureInfo.InvariantCulture, $"about {s / 3600:0.#} h"),
        };

    double Now => Math.Max(0, (left ?? 0) - clock.GetElapsedTime(at).TotalSeconds);

    /// <param name="share">Cells that are answered or failed, of all.</param>
    public void Look(int attempt, double share)
    {
        if (attempt != this.attempt)
            (this.attempt, Share, left, isLonger) = (attempt, 0, null, false);
        Share = Math.Max(Share, share);
    }

    /// <param name="seconds">A new estimate of the time that is left; null: none.</param>
    public void Estimate(double? seconds)
    {
        if (seconds is not { } estimate)
            return;
        var shown = left is null ? estimate : Now;
        isLonger = estimate > Exceeded * shown && estimate > shown + ExceededSeconds;
        (left, at) = (Math.Min(shown, estimate), clock.GetTimestamp());
    }
}
