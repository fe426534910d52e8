using System.CommandLine;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands;

/// <summary><c>predict RUN TABLE</c>: the table with the run's predictions as new columns.</summary>
static class PredictCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run folder") { Description = "A finished run." };
        var table = new Argument<string>("table") { Description = "A table with the run's feature columns; the target may be missing." };
        var samples = new Option<int?>("--samples")
        {
            Description =
                "Answers drawn a row and combined, in the place of the recipe's; for a run of LIFT that was made with --decode sample.",
        };
        var temperature = new Option<double?>("--temperature")
        {
            Description =
                "Temperature of drawn answers, in the place of the recipe's; for a run of LIFT that was made with --decode sample.",
        };
        var target = new Option<string?>("--out") { Description = "A .csv or .xlsx file; standard output, as CSV, if left out." };
        var command = new Command("predict", "Adds TARGET_predicted, _probability (or _deviation), _readable and _text to a table.")
        {
            folder,
            table,
            samples,
            temperature,
            target,
        };
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    () =>
                        RunAsync(
                            RunFolder.Open(parsed.GetValue(folder)!),
                            parsed.GetValue(table)!,
                            parsed.GetValue(samples),
                            parsed.GetValue(temperature),
                            parsed.GetValue(target),
                            parsed.InvocationConfiguration.Output,
                            cancel
                        ),
                    parsed.InvocationConfiguration.Error
                )
        );
        return command;
    }

    static async Task<int> RunAsync(
        RunFolder run,
        string path,
        int? samples,
        double? temperature,
        string? target,
        TextWriter output,
        CancellationToken cancel
    )
    {
        var spec = run.ReadSpec();
        if (run.ReadReport() is null)
            throw Bad("run-not-finished", "this run has no report: it has not finished", "Resume it, or name another run.");
        var task = await run.LoadAsync(spec, cancel);
        var table = (await OpenedTable.OpenAsync(path, cancel: cancel)).Table;
        string[] missing = [.. task.Schema.Features.Select(f => f.Name).Where(f => !table.Has(f))];
        if (missing.Length > 0)
            throw Bad(
                "missing-features",
                $"the table lacks {string.Join(", ", missing)}",
                $"The run was trained on {string.Join(", ", task.Schema.Features.Select(f => f.Name))}."
            );

        // A finished LIFT lies in its checkpoint folder and is taken as it is; a classical model is fitted again, to the same result.
        using var model = await Engine
            .Find(spec.Learner.Name)
            .Create(Asked(spec.Learner, task.Kind, samples, temperature), task.Kind, new(run.CheckpointFolder(spec.Learner.Name)))
            .FitAsync(task, spec.Seed, null, cancel);
        var answers = await model.PredictAsync(table, [.. Enumerable.Range(0, table.RowCount)], cancel);
        var predicted = new Table(
            table.Name,
            [.. table.Columns, .. PredictionTable.Columns(table, task.Schema.Target.Name, task.Target, answers)]
        );
        if (target is null)
            TableWriter.WriteCsv(predicted, output);
        else if (target.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase))
        {
            await using var file = File.Create(target);
            await TableWriter.WriteXlsxAsync(predicted, file, cancel);
        }
        else
            await TableWriter.WriteCsvAsync(predicted, target, cancel);
        return ExitCode.Done;
    }

    static LearnerSpec Asked(LearnerSpec learner, TaskKind task, int? samples, double? temperature)
    {
        if (samples is null && temperature is null)
            return learner;
        if (learner.Name != LiftSettings.LearnerName)
            throw new ArgumentException($"--samples and --temperature are for LIFT; this run trained {learner.Name}");
        var settings = LiftSettings.Of(learner, task);
        if (settings.Recipe.Decode != DecodingMode.Sample)
            throw new ArgumentException(
                $"--samples and --temperature are for runs that draw their answers; this one was made with --decode {settings.Recipe.Decode.ToString().ToLowerInvariant()} and {(settings.Recipe.Decode == DecodingMode.Labels ? "computes the probability of every answer" : "writes the likeliest answer")}: leave them out, or name a run made with --decode sample"
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
