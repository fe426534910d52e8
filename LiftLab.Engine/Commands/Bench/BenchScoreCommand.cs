using System.CommandLine;
using LiftLab.Engine.FineTuning.Answering;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench score</c>: rows per second when the exact probability of every label is computed, compared with generated answers as by
/// transformers' generate.
/// </summary>
static class BenchScoreCommand
{
    const int LabelTokens = 2;

    public static Command Create()
    {
        var options = new BenchPrompts();
        var command = new Command("score", "Scoring speed: rows per second, all labels scored.");
        options.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
                options.RunAsync(
                    parsed,
                    (_, _) => { },
                    (model, asked) =>
                    {
                        new LabelScorer(model, asked.LabelsOf(LabelTokens)).Score(asked.Prompts, cancel);
                        return [.. asked.Prompts.Select(_ => (int[]?)null)];
                    },
                    null,
                    cancel
                )
        );
        return command;
    }
}
