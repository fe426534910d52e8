using System.CommandLine;
using LiftLab.Engine.Commands.Tables;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Runs;

/// <summary><c>predict RUN TABLE</c>: adds a run's predictions to a table as new columns.</summary>
static class PredictCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("run folder") { Description = "A finished run." };
        var table = new Argument<string?>("table")
        {
            Description = "A table with the run's feature columns; the target may be missing.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var own = new Option<bool>("--own") { Description = "Asks about the rows of the run's own table that have no target." };
        var learner = new Option<string?>("--learner")
        {
            Description = "Which of the run's learners answers, such as knn, or all; default: the run's own, LIFT.",
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
        var target = new Option<string?>("--out") { Description = "A .csv, .jsonl or .xlsx file; default: CSV on standard output." };
        var reading = new TableOptions();
        var json = new Option<bool>("--json")
        {
            Description = "Writes the answers and what the table differs in as one JSON document to standard output.",
        };
        var command = new Command(
            "predict",
            "Adds TARGET_predicted, _probability (or _deviation), _readable and _text to a table, then the probability of every class, or the interval around a number."
        )
        {
            folder,
            table,
            own,
            learner,
            samples,
            temperature,
            refit,
            target,
            json,
        };
        reading.AddFileTo(command, asLearned: true);
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(
                    async () =>
                        await RunAsync(
                            RunFolder.Open(parsed.GetValue(folder)!),
                            new(
                                Asked(parsed.GetValue(table), parsed.GetValue(own)) is { } asked
                                    ? await OpenMlTable.PathAsync(asked, parsed, cancel)
                                    : null,
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

    /// <exception cref="ArgumentException">Neither or both are given.</exception>
    static string? Asked(string? table, bool own) =>
        own == (table is not null)
            ? throw new ArgumentException("give a table, or --own for the rows of the run's own table that have no target")
            : table;

    /// <param name="Table">A file, or a bundled table's name; null for the run's own rows without target.</param>
    /// <param name="Target">The file to write; null for standard output.</param>
    /// <param name="Reading">How the table is read, where a person chose it.</param>
    sealed record Request(
        string? Table,
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
        using var models = await RunModels.OpenAsync(run, Engine.Find, request.Refit, cancel);
        var task = models.Run.Task;
        AskedLearner[] learners = request.Learner == "all" ? [.. models.Learners] : [Chosen(models, request)];
        if (request.Json && learners.Length > 1)
            throw new ArgumentException("--json has the answers of one learner: write --out FILE.jsonl for all of them");
        var collected = request.Json ? new CollectedAnswers() : null;
        var work = new TableWork(models, _ => { }, TimeProvider.System);
        var said = new HashSet<Problem>();
        CsvAnswers? csv = null;
        var answered = await work.RunAsync(new(request.Table, request.Reading, learners), Writers, Say, cancel);
        Say([.. csv?.Apostrophes ?? [], .. answered.Problems]);
        if (collected is not null)
            await output.WriteLineAsync(
                PredictReport.Document(run.Id, learners[0], task, collected.Answers, answered.Problems).ToJsonString(RunJson.Pretty)
            );
        return ExitCode.Done;

        void Say(IReadOnlyList<Problem> problems)
        {
            foreach (var problem in problems.Where(said.Add))
                error.WriteLine($"{problem.Severity.ToString().ToLowerInvariant()} {problem}");
        }

        IReadOnlyList<AnswerWriter> Writers(AskedRows asked, AnsweredTable table)
        {
            AnswerWriter? file = request.Target switch
            {
                null => request.Json ? null : new CsvAnswers(table, output, closes: false),
                var path when path.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase) => new WorkbookAnswers(table, path),
                var path when path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) => new JsonLineAnswers(
                    table,
                    task.Target,
                    new StreamWriter(path)
                ),
                var path => new CsvAnswers(table, new StreamWriter(path)),
            };
            csv = file as CsvAnswers;
            collected?.Begin(table);
            return [.. new AnswerWriter?[] { file, collected?.Writer }.OfType<AnswerWriter>()];
        }
    }

    static AskedLearner Chosen(RunModels models, Request request)
    {
        var learner = models.Find(request.Learner);
        return learner with { Spec = Asked(learner.Spec, models.Run.Task.Kind, request.Samples, request.Temperature) };
    }

    /// <summary>The answers of one learner, for a document that has them all.</summary>
    sealed class CollectedAnswers
    {
        public List<Prediction> Answers { get; } = [];

        public AnswerWriter? Writer { get; private set; }

        public void Begin(AnsweredTable table) => Writer = new Into(table, Answers);

        sealed class Into(AnsweredTable table, List<Prediction> answers) : AnswerWriter(table)
        {
            public override Task WriteAsync(AnsweredPiece piece, CancellationToken cancel)
            {
                answers.AddRange(piece.Answers[0]);
                return Task.CompletedTask;
            }

            public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
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
}
