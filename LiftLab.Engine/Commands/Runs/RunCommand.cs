using System.CommandLine;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Runs;

/// <summary><c>run FOLDER</c>: the worker of a run. Launchers start this command.</summary>
static class RunCommand
{
    /// <summary>Exit code if a later attempt has taken over the run: nothing failed and no action is needed.</summary>
    const int Superseded = 75;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The run folder, with spec.json and its table." };
        var command = new Command(
            "run",
            "Executes the spec.json of a run folder, or continues from its last checkpoint. SIGTERM or a file 'cancel' cancels the run; a file 'pause' saves a checkpoint and ends; a file 'stop' ends training early and keeps the best model so far."
        )
        {
            folder,
        };
        command.SetAction((parse, cancel) => DoAsync(parse.GetValue(folder)!, cancel));
        return command;
    }

    internal static async Task<int> DoAsync(string path, CancellationToken cancel)
    {
        try
        {
            var worker = new Worker(RunFolder.Open(path), Engine.Find, Engine.DeviceOf, TimeProvider.System, Engine.DeviceUse());
            using var interruption = EngineProgram.IsInterruptible ? Interruption.OfSignals() : null;
            var ended = await worker.RunAsync(interruption is null ? cancel : CancellationToken.None, interruption);
            if (worker.Fault is { } fault)
                await Console.Error.WriteLineAsync(fault.ToString());
            else if (ended is null)
                await Console.Error.WriteLineAsync("a later attempt has taken over this run");
            else if (ended.State == RunState.Succeeded)
                await PublishAsync(RunFolder.Open(path), cancel);
            // Exits at once: a learner that has not noticed the cancellation may still run native code on another thread.
            Environment.Exit(Code(ended, worker.Fault));
            return ExitCode.Done;
        }
        catch (BadDataException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.BadData;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.LearningFailed;
        }
    }

    /// <summary>The run is over, so a fault here is told and changes nothing.</summary>
    static async Task PublishAsync(RunFolder folder, CancellationToken cancel)
    {
        try
        {
            await RunAnswers.PublishAsync(folder, Engine.Find, cancel);
        }
        catch (Exception e) when (e is IOException or BadDataException or ArgumentException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"the answers were not put into the lab's store: {e.Message}");
        }
    }

    static int Code(RunEnded? ended, Exception? fault) =>
        ended switch
        {
            null => Superseded,
            { State: RunState.Succeeded } => ExitCode.Done,
            { State: RunState.Cancelled or RunState.Paused or RunState.Interrupted } => ExitCode.Cancelled,
            _ => fault is BadDataException ? ExitCode.BadData : ExitCode.LearningFailed,
        };
}
