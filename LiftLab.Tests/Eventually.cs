using System.Diagnostics;

namespace LiftLab.Tests;

/// <summary>Waits for something that another thread or process brings about.</summary>
static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static Task TrueAsync(Func<bool> holds, double seconds = 120) => TrueAsync(() => Task.FromResult(holds()), seconds);

    public static async Task TrueAsync(
        Func<Task<bool>> holds,
        double seconds = 120,
        [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(holds))] string? what = null
    )
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
                throw new TimeoutException($"not so after {seconds} s: {what}");
            await Task.Delay(Pause);
        }
    }
}
