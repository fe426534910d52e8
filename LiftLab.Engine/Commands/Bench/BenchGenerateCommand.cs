using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench generate</c>: rows a second of greedy decoding, beside what transformers' generate does where a Python is named. The model
/// first learns to answer with labels, as one that was fine-tuned does; the labels are drafts then, all of them and for every row the same.
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
                "Steps in which the model's head learns the labels before it is measured; 0 for a model that knows them, or that is to answer with none.",
            DefaultValueFactory = _ => 40,
        };
        var plain = new Option<bool>("--no-drafts")
        {
            Description = "Write every token in a pass of its own, as where the answers are not known before.",
        };
        var command = new Command("generate", "Decoding speed: rows a second, each with an answer of its own.");
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
                                .Generate(asked.Prompts, new(options.Tokens(parsed)), cancel)
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

    /// <summary>Only the head learns: that is enough for answers that are labels, whatever the prompts say.</summary>
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
