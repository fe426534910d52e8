using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands.Models;

/// <summary>
/// <c>ask MODEL</c>: answers one question per line of standard input with a base model, until the input ends. The dashboard asks its
/// questions here, so that native code never runs in its own process.
/// </summary>
static class AskCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A base model's name or folder." };
        var command = new Command(
            "ask",
            """Reads questions from standard input, one JSON object a line ({"prompt": "…###", "answers": ["0@@@", "1@@@"]}), and writes a base model's answers as JSON Lines."""
        )
        {
            model,
        };
        command.SetAction((parsed, cancel) => Failures.Answer(() => TorchThread.Run("ask", () => Answer(parsed.GetValue(model)!, cancel))));
        return command;
    }

    static int Answer(string name, CancellationToken cancel)
    {
        var (model, tokenizer) = ModelByName.Load(name, cancel: cancel);
        using var loaded = model;
        TorchRuntime.FitThreads(model.ParameterCount);
        while (Console.In.ReadLine() is { } line)
        {
            var question =
                JsonSerializer.Deserialize<ModelQuestion>(line, RunJson.Line)
                ?? throw new ArgumentException("a question is a JSON object with a prompt and its answers");
            Console.Out.WriteLine(JsonSerializer.Serialize(question.Ask(model, tokenizer, cancel), RunJson.Line));
            Console.Out.Flush();
        }
        return ExitCode.Done;
    }
}
