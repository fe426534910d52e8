using System.CommandLine;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Engine.Commands.Runs;

/// <summary><c>continue RUN</c>: trains a run that has ended for more epochs, from its last checkpoint, and scores it anew.</summary>
static class ContinueCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run folder") { Description = "A run that has ended." };
        var epochs = new Option<int>("--epochs")
        {
            Description =
                "Passes over the training rows beyond those that were planned, or beyond the last one where training was stopped "
                + "early. 0: to the planned end.",
            Required = true,
        };
        var command = new Command(
            "continue",
            "Trains a run that has ended for more epochs, from its last checkpoint. Scores, predictions and report are made anew; results of baselines stay."
        )
        {
            folder,
            epochs,
        };
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(async () =>
                {
                    var path = parsed.GetValue(folder)!;
                    try
                    {
                        await Continuation.PrepareAsync(RunFolder.Open(path), Engine.Find, parsed.GetValue(epochs), cancel);
                    }
                    catch (InvalidOperationException e)
                    {
                        await Console.Error.WriteLineAsync(e.Message);
                        return ExitCode.BadData;
                    }
                    return await RunCommand.DoAsync(path, cancel);
                })
        );
        return command;
    }
}
