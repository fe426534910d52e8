using System.CommandLine;
using LiftLab.Engine.Commands.Bench;
using LiftLab.Engine.Commands.Lift;
using LiftLab.Engine.Commands.Studies;

namespace LiftLab.Engine.Commands;

/// <summary>The command line. Each command is one file in this folder and one line in this list.</summary>
public static class LiftLabCommand
{
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
        ExperimentCommand.Create,
        ExperimentCommand.CreateRobustness,
        StudyCommand.Create,
    ];

    public static RootCommand Create()
    {
        var root = new RootCommand(
            "LiftLab: writes table rows as text, fine-tunes a language model on them and reads its answers as predictions."
        );
        foreach (var verb in Verbs)
            root.Subcommands.Add(verb());
        return root;
    }
}
