using System.CommandLine;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands;

/// <summary><c>predict RUN TABLE</c>: adds a run's predictions to a table as new columns.</summary>
static class PredictCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run folder") { Description = "A finished run." };
        var table = new Argument<string>("table") { Description = "A table with the run's feature columns; the target may be missing." };
        var learner = new Option<string?>("--learner")
        {
            Description = "Which of the run's learners answers, such as knn; default: the run's own, LIFT.",
        };
        var refit = new Option<bool>("--refit") { Description = "Fit the learner again if the run's kept models were deleted." };
        var samples = new Option<int?>("--samples")
        {
            Description =
                "Number of answers sampled and combined per row, instead of the recipe's; for LIFT runs made with --decode sample.",
        };
        var temperature = new Option<double?>("--temperature")
        {
            Description = "Sampling temperature, instead of the recipe's; for LIFT runs made with --decode sample.",
        };
        var target = new Option<string?>("--out") { Description = "A .csv or .xlsx file; default: CSV on standard output." };
        var reading = new TableOptions();
        var json = new Option<bool>("--json")
        {
            Description = "Writes the answers and what the table differs in as one JSON document to standard output.",
        };
        var command = new Command("predict", "Adds TARGET_predicted, _probability (or _deviation), _readable and _text to a table.")
        {
            folder,
            table,
            learner,
            samples,
            temperature,
            refit,
            target,
            json,
        };
        reading.AddFileTo(command);
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    () =>
                        RunAsync(
                            RunFolder.Open(parsed.GetValue(folder)!),
                            new(
                                parsed.GetValue(table)!,
                                parsed.GetValue(learner),
                                parsed.GetValue(samples),
                                parsed.GetValue(temperature),
                                parsed.GetValue(refit),
                                parsed.GetValue(target),
                                reading.Reading(parsed),
                                parsed.GetValue(json)
                            ),
                            parsed.InvocationConfiguration.Output,
                            parsed.InvocationConfiguration.Error,
                            cancel
                        ),
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }

    /// <param name="Table">A file, or a bundled table's name.</param>
    /// <param name="Target">The file to write; null for standard output.</param>
    /// <param name="Reading">How the table is read, where a person chose it.</param>
    sealed record Request(
        string Table,
        string? Learner,
        int? Samples,
        double? Temperature,
        bool Refit,
        string? Target,
        TableReadOptions Reading,
        bool Json
    );

    static async Task<int> RunAsync(RunFolder run, Request request, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var spec = run.ReadSpec();
        if (run.ReadReport() is null)
            throw Bad("run-not-finished", "this run has no report: it has not finished", "Resume it, or name another run.");
        var task = await run.LoadAsync(spec, cancel);
        var asked = await AskedFile.ReadAsync(spec, task, request.Table, request.Reading, cancel);
        var learner = Asked(Chosen(run, spec, request.Learner), task.Kind, request.Samples, request.Temperature);
        using var model = await new KeptModels(run, spec, task, Engine.Find, request.Refit).OpenAsync(learner, null, cancel);
        int[] rows = [.. Enumerable.Range(0, asked.Features.RowCount)];
        var answers = await model.PredictAsync(asked.Features, rows, cancel);
        var predicted = new Table(
            asked.Given.Name,
            [.. asked.Given.Columns, .. PredictionTable.Columns(asked.Given, task.Schema.Target.Name, task.Target, answers)]
        );
        Problem[] problems =
        [
            .. asked.Problems,
            .. model is LiftPredictor lift ? PredictReport.Marks(lift.Prompts, asked.Features) : [],
            .. PredictReport.Unreadable(answers),
            .. request.Json && request.Target is null ? [] : PredictReport.Defused(predicted),
        ];
        foreach (var problem in problems)
            await error.WriteLineAsync($"{problem.Severity.ToString().ToLowerInvariant()} {problem}");
        if (request.Json)
            await output.WriteLineAsync(PredictReport.Document(run.Id, learner.Name, task, answers, problems).ToJsonString(RunJson.Pretty));
        if (request.Target is not { } target)
        {
            if (!request.Json)
                TableWriter.WriteCsv(predicted, output);
        }
        else if (target.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase))
        {
            await using var file = File.Create(target);
            await TableWriter.WriteXlsxAsync(predicted, file, cancel);
        }
        else
            await TableWriter.WriteCsvAsync(predicted, target, cancel);
        return ExitCode.Done;
    }

    /// <exception cref="ArgumentException">The run has no such learner.</exception>
    static LearnerSpec Chosen(RunFolder run, RunSpec spec, string? name)
    {
        LearnerSpec[] all = [spec.Learner, .. spec.Baselines];
        var chosen = name is null
            ? spec.Learner
            : all.FirstOrDefault(l => l.Name == name)
                ?? throw new ArgumentException($"--learner: the run has no '{name}'; it has {string.Join(", ", all.Select(l => l.Name))}");
        return run.ReadOutcome(chosen.Name)?.Result.Failure is { } failure
            ? throw Bad("learner-failed", $"{chosen.Name} failed in this run: {failure}", "Name another learner of the run.")
            : chosen;
    }

    static LearnerSpec Asked(LearnerSpec learner, TaskKind task, int? samples, double? temperature)
    {
        if (samples is null && temperature is null)
            return learner;
        if (learner.Name != LiftSettings.LearnerName)
            throw new ArgumentException($"--samples and --temperature are for LIFT, and not for {learner.Name}");
        var settings = LiftSettings.Of(learner, task);
        if (settings.Recipe.Decode != DecodingMode.Sample)
            throw new ArgumentException(
                $"--samples and --temperature are for runs that sample their answers; this one was made with --decode {settings.Recipe.Decode.ToString().ToLowerInvariant()} and {(settings.Recipe.Decode == DecodingMode.Labels ? "computes the probability of every answer" : "writes the most probable answer")}: leave them out, or name a run made with --decode sample"
            );
        var recipe = settings.Recipe with
        {
            Samples = samples ?? settings.Recipe.Samples,
            Temperature = temperature ?? settings.Recipe.Temperature,
        };
        recipe.Check();
        return (settings with { Recipe = recipe }).ToSpec();
    }

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);
}
