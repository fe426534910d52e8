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
        var share = new Option<string?>("--share")
        {
            Description =
                "Answers one of several shares of the study, counted from 0: 3/12. Other processes answer the others; the figures are not drawn.",
            HelpName = "K/N",
        };
        var command = new Command(
            "study",
            "Answers the open cells of a study's folder. SIGTERM or a file 'cancel' ends it; a file 'retry' makes it try failed cells again."
        )
        {
            folder,
            share,
        };
        command.SetAction((parse, cancel) => DoAsync(parse.GetValue(folder)!, parse.GetValue(share), cancel));
        return command;
    }

    /// <summary>The worker of a study on this machine.</summary>
    /// <param name="share">The part of the study that it answers; null for all of it.</param>
    public static StudyWorker Worker(StudyFolder folder, StudyShare? share = null) =>
        new(
            folder,
            Engine.Find,
            TorchRuntime.Pick().ToString(),
            TimeProvider.System,
            Engine.DeviceUse(),
            e => Console.Error.WriteLine(e),
            share
        );

    static async Task<int> DoAsync(string path, string? part, CancellationToken cancel)
    {
        var share = part is null ? null : StudyShare.Parse(part);
        if (part is not null && share is null)
        {
            await Console.Error.WriteLineAsync($"--share {part} is no share: write its number from 0 and how many there are, such as 3/12");
            return ExitCode.WrongUsage;
        }
        try
        {
            var worker = Worker(StudyFolder.Open(path), share);
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
