using System.CommandLine;

namespace LiftLab.Engine.Commands.Bench;

/// <summary><c>bench PART</c>: measurements on this machine. To add a part, write one file and list it here.</summary>
static class BenchCommand
{
    static readonly Func<Command>[] Parts =
    [
        BenchDeviceCommand.Create,
        BenchTrainCommand.Create,
        BenchGenerateCommand.Create,
        BenchScoreCommand.Create,
        BenchBaseCommand.Create,
        BenchFeedCommand.Create,
        BenchStudiesCommand.Create,
        BenchBaselinesCommand.Create,
        BenchProfileCommand.Create,
    ];

    public static Command Create()
    {
        var command = new Command("bench", "Measures this machine.");
        foreach (var part in Parts)
            command.Subcommands.Add(part());
        return command;
    }
}
