using System.CommandLine;
using LiftLab.Engine.FineTuning;

namespace LiftLab.Engine.Commands;

/// <summary><c>bench score</c>: rows a second whose every label gets its exact probability, beside a written answer by what transformers' generate does.</summary>
static class BenchScoreCommand
{
    public static Command Create()
    {
        var options = new BenchPrompts();
        var labels = new Option<int>("--labels") { Description = "Labels of two tokens each.", DefaultValueFactory = _ => 3 };
        var command = new Command("score", "Scoring speed: rows a second, every label scored.");
        options.AddTo(command);
        command.Options.Add(labels);
        command.SetAction((parsed, cancel) => options.RunAsync(parsed, (model, prompts) =>
        {
            new LabelScorer(model, [.. Enumerable.Range(0, parsed.GetValue(labels)).Select(l => new[] { 48 + l, 64 })]).Score(prompts, cancel);
            return [.. prompts.Select(_ => (int[]?)null)];
        }, cancel));
        return command;
    }
}
