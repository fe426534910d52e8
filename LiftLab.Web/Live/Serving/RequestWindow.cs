using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Serving;

/// <summary>Counts the requests of a minute. Thread-safe.</summary>
public sealed class RequestWindow(IOptions<ServingOptions> options, TimeProvider clock)
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    long since;
    int taken;

    public int Limit => options.Value.RequestsPerMinute;

    /// <returns>Whether the request is within the limit, how many more are, and the time until the count begins again.</returns>
    public (bool Allowed, int Left, TimeSpan Reset) Take()
    {
        lock (gate)
        {
            if (taken == 0 || clock.GetElapsedTime(since) >= Minute)
                (since, taken) = (clock.GetTimestamp(), 0);
            var allowed = taken < Limit;
            if (allowed)
                taken++;
            return (allowed, Limit - taken, Minute - clock.GetElapsedTime(since));
        }
    }
}
