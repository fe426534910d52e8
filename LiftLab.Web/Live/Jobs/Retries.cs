using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Web.Live.Jobs;

/// <summary>When and how often a worker that ended early is started again.</summary>
static class Retries
{
    /// <summary>Before the second, third, ... try: a machine that is out of memory needs a moment.</summary>
    static readonly TimeSpan[] Pauses = [TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1)];

    public static TimeSpan Pause(int tries) => Pauses[Math.Clamp(tries - 1, 0, Pauses.Length - 1)];

    /// <summary>Ended by its launcher and not by a fault of its own: such an end does not count where the worker came further.</summary>
    public static bool IsOfLauncher(RunEnded ended) =>
        ended.Code is Interruption.TimeLimit or Interruption.Stopped or WorkerDeath.EndedByLauncher;

    public static RunEnded GaveUp(int tries, RunEnded last, WorkWords words) =>
        new(
            RunState.Failed,
            "gave-up",
            $"{tries} attempts ended early. The last: {last.What}",
            $"Correct the cause, then resume the {words.Noun}."
        );
}
