using System.Runtime.InteropServices;

namespace LiftLab.Engine.Runs.Work;

/// <summary>
/// The end of a job that its launcher wants and that is not the end of the run: a time limit that is near, a machine that is needed for
/// something else. The worker saves a checkpoint and ends as interrupted, and the run goes on in another job.
/// </summary>
public sealed class Interruption : IDisposable
{
    /// <summary>Codes of <see cref="RunEnded"/>.</summary>
    public const string TimeLimit = "time-limit",
        Stopped = "stopped-by-launcher";

    /// <summary>SIGUSR1 on Linux; the runtime names only the usual signals.</summary>
    const int User1 = 10;

    readonly CancellationTokenSource source = new();
    readonly List<PosixSignalRegistration> heard = [];

    /// <summary>Cancelled when the job shall save and end.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>How the attempt ends; null while nothing asked for its end.</summary>
    public RunEnded? Ended { get; private set; }

    /// <summary>Listens to SIGUSR1 (the time limit is near) and SIGTERM (the launcher ends the job).</summary>
    public static Interruption OfSignals()
    {
        var made = new Interruption();
        made.Hear((PosixSignal)User1, TimeLimit, "The time limit of its job was near");
        made.Hear(PosixSignal.SIGTERM, Stopped, "The launcher ended the job (signal 15)");
        return made;
    }

    void Hear(PosixSignal signal, string code, string what) =>
        heard.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true; // the process ends by itself
                    Interrupt(code, what);
                }
            )
        );

    public void Interrupt(string code, string what)
    {
        Ended ??= new(RunState.Interrupted, code, what, "It goes on from its last checkpoint.");
        source.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in heard)
            registration.Dispose();
        source.Dispose();
    }
}
