using System.CommandLine;
using System.Text.Json;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands.Studies;

/// <summary><c>experiment list</c> and <c>experiment run NAME</c>; <c>robustness TABLE</c> is the robustness board of one table.</summary>
static class ExperimentCommand
{
    public static Command Create()
    {
        var command = new Command("experiment", "Questions that are answered by many fits: lists them, or runs one.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Run());
        return command;
    }

    public static Command CreateRobustness()
    {
        var table = new Argument<string>("table") { Description = "A CSV, TSV, XLSX or XLS file, or a bundled table's name." };
        var options = new StudyOptions();
        var command = new Command(
            "robustness",
            "The robustness board of a table: wrong labels, outliers, noise and missing cells at several levels, for LIFT and baselines."
        )
        {
            table,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    () => StudyRun.RunAsync(ExperimentList.Find("robustness"), [parsed.GetValue(table)!], options, parsed, cancel),
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }

    static Command List()
    {
        var json = JsonOutput.Option();
        var command = new Command("list", "Lists the questions with what they vary.") { json };
        command.SetAction(
            (parsed, _) =>
                Failures.Answer(
                    () =>
                    {
                        var output = parsed.InvocationConfiguration.Output;
                        if (parsed.GetValue(json))
                        {
                            var list = ExperimentList.All.Select(e => new
                            {
                                e.Name,
                                e.Title,
                                e.Theme,
                                e.Paper,
                                e.Text,
                                e.Kinds,
                                e.Learners,
                            });
                            output.WriteLine(JsonSerializer.Serialize(list, RunJson.Line));
                            return Task.FromResult(ExitCode.Done);
                        }
                        foreach (var experiment in ExperimentList.All)
                            output.WriteLine(
                                $"{experiment.Name, -20}{experiment.Title}{(experiment.Paper is { } part ? $" (paper, {part})" : "")}"
                            );
                        return Task.FromResult(ExitCode.Done);
                    },
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }

    static Command Run()
    {
        var name = new Argument<string>("name") { Description = "A question's name, see experiment list." };
        var tables = new Option<string[]>("--tables")
        {
            Description = "Files or bundled tables; give several after the option, or repeat it. Default: iris.",
            AllowMultipleArgumentsPerToken = true,
        };
        var options = new StudyOptions();
        var command = new Command("run", "Runs a question: makes the fits, draws the figures, says what they show.") { name, tables };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    () =>
                        StudyRun.RunAsync(
                            ExperimentList.Find(parsed.GetValue(name)!),
                            parsed.GetValue(tables) is { Length: > 0 } given ? given : ["iris"],
                            options,
                            parsed,
                            cancel
                        ),
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }
}
