using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.FineTuning;

namespace LiftLab.Engine.Commands;

/// <summary><c>bench generate</c>: rows a second of greedy decoding, beside what transformers' generate does where a Python is named.</summary>
static class BenchGenerateCommand
{
    public static Command Create()
    {
        var options = new BenchPrompts();
        var command = new Command("generate", "Decoding speed: rows a second, each with an answer of its own.");
        options.AddTo(command);
        command.SetAction((parsed, cancel) => options.RunAsync(parsed, (model, prompts) =>
            [.. new Generator(model, options.Tokenizer(parsed)).Generate(prompts, new(options.Tokens(parsed)), cancel)
                .Select(a => a.Text.Split(' ').Select(t => int.Parse(t, CultureInfo.InvariantCulture)).ToArray())], cancel));
        return command;
    }
}
