using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench generate</c>: rows per second of greedy decoding, compared with transformers' generate if --python is given. The model is first
/// trained to answer with labels, like a fine-tuned model; all labels are then drafts for every row.
/// </summary>
static class BenchGenerateCommand
{
    const int RowsAStep = 4;

    public static Command Create()
    {
        var options = new BenchPrompts();
        var teach = new Option<int>("--teach")
        {
            Description =
                "Steps that train the model's head on the labels before the measurement; 0 for a fine-tuned model, or to measure answers that are not labels.",
            DefaultValueFactory = _ => 40,
        };
        var plain = new Option<bool>("--no-drafts")
        {
            Description = "Generate every token in a separate forward pass, as if the possible answers were unknown.",
        };
        var command = new Command("generate", "Decoding speed: rows per second, one generated answer per row.");
        options.AddTo(command);
        command.Options.Add(teach);
        command.Options.Add(plain);
        command.SetAction(
            (parsed, cancel) =>
            {
                return options.RunAsync(
                    parsed,
                    (model, asked) => Teach(model, asked, options.AnswerTokens(parsed), parsed.GetValue(teach), cancel),
                    (model, asked) =>
                        [
                            .. new AnswerGenerator(model, options.Tokenizer(parsed), drafts: Drafts(asked))
                                .Generate(asked.Prompts, new(options.Tokens(parsed)), cancel: cancel)
                                .Select(a => a.Text.Split(' ').Select(t => int.Parse(t, CultureInfo.InvariantCulture)).ToArray()),
                        ],
                    Drafts,
                    cancel
                );

                int[][] Drafts(BenchPrompts.Asked asked) => parsed.GetValue(plain) ? [] : asked.LabelsOf(options.AnswerTokens(parsed));
            }
        );
        return command;
    }

    /// <summary>Trains only the head, which is enough to make the model answer with labels.</summary>
    static void Teach(LanguageModel model, BenchPrompts.Asked asked, int answerTokens, int steps, CancellationToken cancel)
    {
        if (steps == 0)
            return;
        var labels = asked.LabelsOf(answerTokens);
        foreach (var weight in model.Linears.Last().Layer.Weights)
            weight.Trainable = true;
        TrainingRow[] rows = [.. asked.Prompts.Select((p, i) => TrainingRow.Completion(p, labels[asked.Classes[i]]))];
        new Trainer(
            model,
            new()
            {
                Steps = steps,
                LearningRate = 3e-3,
                ClipNorm = 1,
            },
            TimeProvider.System
        ).Run(new ShuffledRows(rows, RowsAStep, 1), cancel: cancel);
        model.SetTrainable(false);
    }
}
