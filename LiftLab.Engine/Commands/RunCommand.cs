using System.CommandLine;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands;

/// <summary><c>run FOLDER</c>: the worker. Also what the dashboard and a cluster start.</summary>
static class RunCommand
{
    /// <summary>A later attempt has taken the run over: nothing failed, and nothing is to be done.</summary>
    const int Superseded = 75;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The run folder, with spec.json and its table." };
        var command = new Command(
            "run",
            "Does what the spec.json of a run folder says; goes on from its last checkpoint. SIGTERM or a file 'cancel' ends it, a file 'stop' ends training early and keeps what is best so far."
        )
        {
            folder,
        };
        command.SetAction((parse, cancel) => DoAsync(parse.GetValue(folder)!, cancel));
        return command;
    }

    static async Task<int> DoAsync(string path, CancellationToken cancel)
    {
        try
        {
            var worker = new Worker(RunFolder.Open(path), Engine.Find, Engine.DeviceOf, TimeProvider.System, Engine.DeviceUse());
            var ended = await worker.RunAsync(cancel);
            if (worker.Fault is { } fault)
                await Console.Error.WriteLineAsync(fault.ToString());
            else if (ended is null)
                await Console.Error.WriteLineAsync("a later attempt has taken this run over");
            // Left at once: a learner that did not hear the end may still be inside native code on a thread of its own.
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

    static int Code(RunEnded? ended, Exception? fault) =>
        ended switch
        {
            null => Superseded,
            { State: RunState.Succeeded } => ExitCode.Done,
            { State: RunState.Cancelled } => ExitCode.Cancelled,
            _ => fault is BadDataException ? ExitCode.BadData : ExitCode.LearningFailed,
        };
}
