using System.ClientModel.Primitives;
using System.Security.Cryptography;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>
/// Repeats requests that failed for a while: after the time that the service names, else after doubling times with jitter, so that many
/// clients do not come back at once. A request for which <see cref="Once"/> is set is never repeated here.
/// </summary>
sealed class PatientRetry(int retries, Func<TimeSpan, CancellationToken, Task> wait) : ClientRetryPolicy(retries)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(0.5),
        Longest = TimeSpan.FromSeconds(60);

    /// <summary>Marks a request that creates something paid for.</summary>
    public sealed class Once;

    protected override bool ShouldRetry(PipelineMessage message, Exception? exception) =>
        !message.TryGetProperty(typeof(Once), out _)
        && !IsQuota(message)
        && (exception is HttpRequestException or IOException || base.ShouldRetry(message, exception));

    protected override ValueTask<bool> ShouldRetryAsync(PipelineMessage message, Exception? exception) =>
        new(ShouldRetry(message, exception));

    protected override TimeSpan GetNextDelay(PipelineMessage message, int tryCount)
    {
        if (message.Response?.Headers.TryGetValue("Retry-After", out var after) == true && Parse(after) is { } named)
            return named;
        var doubled = First * Math.Pow(2, Math.Min(20, tryCount - 1));
        return (doubled < Longest ? doubled : Longest) * (RandomNumberGenerator.GetInt32(500, 1000) / 1000.0);
    }

    protected override Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => wait(time, cancellationToken);

    static TimeSpan? Parse(string? after) =>
        double.TryParse(after, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds >= 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, 600))
            : null;

    static bool IsQuota(PipelineMessage message) =>
        message.Response is { Status: 429 } response && Refusals.IsQuota(response.Content.ToString());
}
