using System.CommandLine;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Studies;

/// <summary><c>study FOLDER</c>: the worker of a study. Launchers start this command.</summary>
static class StudyCommand
{
    const int Superseded = 75;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The study's folder, with study.json and its tables." };
        var command = new Command(
            "study",
            "Answers the open cells of a study's folder. SIGTERM or a file 'cancel' ends it; a file 'retry' makes it try failed cells again."
        )
        {
            folder,
        };
        command.SetAction((parse, cancel) => DoAsync(parse.GetValue(folder)!, cancel));
        return command;
    }

    /// <summary>The worker of a study on this machine.</summary>
    public static StudyWorker Worker(StudyFolder folder) =>
        new(folder, Engine.Find, TorchRuntime.Pick().ToString(), TimeProvider.System, Engine.DeviceUse(), e => Console.Error.WriteLine(e));

    static async Task<int> DoAsync(string path, CancellationToken cancel)
    {
        try
        {
            var worker = Worker(StudyFolder.Open(path));
            using var interruption = EngineProgram.IsInterruptible ? Interruption.OfSignals() : null;
            var ended = await worker.RunAsync(interruption is null ? cancel : CancellationToken.None, interruption);
            if (worker.Fault is { } fault)
                await Console.Error.WriteLineAsync(fault.ToString());
            else if (ended is null)
                await Console.Error.WriteLineAsync("a later attempt has taken over this study");
            // Exits at once: a learner that has not noticed the cancellation may still run native code on another thread.
            Environment.Exit(
                ended switch
                {
                    null => Superseded,
                    { State: RunState.Succeeded } => ExitCode.Done,
                    { State: RunState.Cancelled or RunState.Interrupted } => ExitCode.Cancelled,
                    _ => worker.Fault is BadDataException ? ExitCode.BadData : ExitCode.LearningFailed,
                }
            );
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
}
