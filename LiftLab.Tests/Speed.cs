namespace LiftLab.Tests;

/// <summary>
/// The trait by which a run of tests is chosen. A class without it is fast. <c>.ci/run fast</c> runs
/// <c>dotnet test --filter "speed!=slow&amp;speed!=browser"</c>.
/// </summary>
static class Speed
{
    public const string Trait = "speed";

    /// <summary>Takes seconds: trains a model, starts the dashboard or a worker, compares with a whole grid.</summary>
    public const string Slow = "slow";

    /// <summary>Drives the dashboard with Chromium.</summary>
    public const string Browser = "browser";
}
