using System.CommandLine;
using LiftLab.Engine.Commands.Bench;
using LiftLab.Engine.Commands.Lift;
using LiftLab.Engine.Commands.Models;
using LiftLab.Engine.Commands.Runs;
using LiftLab.Engine.Commands.Studies;
using LiftLab.Engine.Commands.Tables;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine.Commands;

/// <summary>The command line. Each command is one file in this folder and one line in this list.</summary>
public static class LiftLabCommand
{
    static LiftLabCommand() => Device.AcceptOnlyFromAmong([.. DeviceChoice.Words]);

    static readonly Func<Command>[] Verbs =
    [
        LiftCommand.Create,
        RunCommand.Create,
        ContinueCommand.Create,
        PredictCommand.Create,
        AnswerCommand.Create,
        BoundaryCommand.Create,
        ReindexCommand.Create,
        ProfileCommand.Create,
        StepsCommand.Create,
        SynthCommand.Create,
        LogitsCommand.Create,
        LossCommand.Create,
        TokensCommand.Create,
        AskCommand.Create,
        BenchCommand.Create,
        PromptsCommand.Create,
        PretrainCommand.Create,
        BaselinesCommand.Create,
        ModelsCommand.Create,
        ProviderCommand.Create,
        ExperimentCommand.Create,
        ExperimentCommand.CreateRobustness,
        StudyCommand.Create,
    ];

    /// <summary>The device of all verbs; the entry point applies it, since a process has one.</summary>
    static readonly Option<string> Device = new("--device")
    {
        Description = "Device of language models: auto (the first NVIDIA GPU, else the CPU), cpu or cuda.",
        Recursive = true,
    };

    /// <summary>The choice of --device; null if it is not given.</summary>
    public static string? DeviceOf(ParseResult parse) => parse.Errors.Count == 0 ? parse.GetValue(Device) : null;

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "LiftLab: writes table rows as text, fine-tunes a language model on them and reads its answers as predictions."
        );
        root.Options.Add(Device);
        foreach (var verb in Verbs)
            root.Subcommands.Add(verb());
        return root;
    }
}
