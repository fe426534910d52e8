using System.Text.Json;
using LiftLab.Engine.Commands;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Commands;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class LiftCommandTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-verb-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(),
            error = new();
        var code = await LiftLabCommand.Create().Parse(arguments).InvokeAsync(new() { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task One_command_takes_a_table_to_scores_a_verdict_and_predictions_for_new_rows()
    {
        var kept = Path.Combine(folder, "runs");
        var (code, output, error) = await RunAsync("lift", "iris", "--epochs", "3", "--baselines", "majority,knn", "--out", kept, "--json");
        Assert.Equal(ExitCode.Done, code);
        using var document = JsonDocument.Parse(output);
        var root = document.RootElement;
        Assert.Equal("classification", root.GetProperty("task").GetString());
        Assert.Equal((96, 24, 30), (Rows("train"), Rows("valid"), Rows("test")));
        var score = root.GetProperty("lift").GetProperty("scores")[0];
        Assert.Equal(
            ("accuracy", 30, 0),
            (score.GetProperty("metric").GetString(), score.GetProperty("n").GetInt32(), score.GetProperty("unreadable").GetInt32())
        );
        Assert.InRange(score.GetProperty("value").GetDouble(), score.GetProperty("low").GetDouble(), score.GetProperty("high").GetDouble());
        Assert.True(root.GetProperty("lift").GetProperty("seconds").GetProperty("train").GetDouble() > 0);
        Assert.True(root.GetProperty("lift").GetProperty("tokens_per_second").GetDouble() > 0);
        Assert.Equal(["majority", "knn"], root.GetProperty("baselines").EnumerateArray().Select(b => b.GetProperty("name").GetString()));
        Assert.Equal(2, root.GetProperty("verdict").GetProperty("comparisons").GetArrayLength());
        Assert.Contains("lift: epoch", error, StringComparison.Ordinal);

        var run = Assert.Single(Directory.GetDirectories(kept));
        var rows = BundledTables.Get("iris").Path;
        var (asked, table, _) = await RunAsync("predict", run, rows);
        Assert.Equal(ExitCode.Done, asked);
        var lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(151, lines.Length);
        Assert.EndsWith(
            "species_predicted,species_probability,species_readable,species_text,"
                + "species_probability_setosa,species_probability_versicolor,species_probability_virginica",
            lines[0],
            StringComparison.Ordinal
        );
        // The model that lies in the folder answers as it did in the run.
        var tested = File.ReadAllLines(Path.Combine(run, "predictions.csv"))[1..]
            .Select(l => l.Split(','))
            .ToDictionary(c => int.Parse(c[0], System.Globalization.CultureInfo.InvariantCulture), c => c[6]);
        Assert.All(tested, t => Assert.Equal(t.Value, lines[t.Key].Split(',')[5]));

        int Rows(string part) => root.GetProperty("rows").GetProperty(part).GetInt32();
    }

    [Fact]
    public async Task Drawn_answers_are_drawn_again_as_asked_and_computed_ones_cannot_be()
    {
        var drawn = Path.Combine(folder, "drawn");
        var (code, _, error) = await RunAsync(
            "lift",
            "iris",
            "--epochs",
            "10",
            "--decode",
            "sample",
            "--ways",
            "fine-tuned",
            "--baselines",
            "none",
            "--out",
            drawn
        );
        Assert.True(code == ExitCode.Done, error);
        var run = Assert.Single(Directory.GetDirectories(drawn));
        Assert.All(await SharesAsync(run), s => Assert.Null(s)); // one answer a row has no share
        var five = await SharesAsync(run, "--samples", "5");
        Assert.Contains(five, s => s is > 0.5 and < 0.9);
        var cold = await SharesAsync(run, "--samples", "5", "--temperature", "0.001");
        Assert.All(cold, s => Assert.Equal(1, s ?? 1, 1e-9));

        var computed = Path.Combine(folder, "computed");
        Assert.Equal(
            ExitCode.Done,
            (await RunAsync("lift", "iris", "--epochs", "1", "--ways", "fine-tuned", "--baselines", "none", "--out", computed)).Code
        );
        var refused = await RunAsync("predict", Assert.Single(Directory.GetDirectories(computed)), "iris", "--temperature", "0.5");
        Assert.Equal(ExitCode.WrongUsage, refused.Code);
        Assert.Contains("--decode labels", refused.Error, StringComparison.Ordinal);

        async Task<double?[]> SharesAsync(string run, params string[] how)
        {
            var (done, table, said) = await RunAsync(["predict", run, "iris", .. how]);
            Assert.True(done == ExitCode.Done, said);
            var lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r').Split(',')).ToArray();
            var column = Array.IndexOf(lines[0], "species_probability");
            return
            [
                .. lines[1..]
                    .Select(l =>
                        l[column].Length == 0 ? (double?)null : double.Parse(l[column], System.Globalization.CultureInfo.InvariantCulture)
                    ),
            ];
        }
    }

    [Fact]
    public async Task The_weights_of_a_run_go_on_learning_on_another_table()
    {
        var kept = Path.Combine(folder, "runs");
        Assert.Equal(
            ExitCode.Done,
            (await RunAsync("lift", "iris", "--epochs", "2", "--rate", "0.002", "--baselines", "none", "--out", kept)).Code
        );
        var first = Assert.Single(Directory.GetDirectories(kept));
        var (code, output, error) = await RunAsync(
            "lift",
            "wine",
            "--model",
            first,
            "--epochs",
            "1",
            "--ways",
            "fine-tuned",
            "--baselines",
            "none",
            "--out",
            Path.Combine(folder, "second"),
            "--json"
        );
        Assert.True(code == ExitCode.Done, error);
        Assert.Equal("classification", JsonDocument.Parse(output).RootElement.GetProperty("task").GetString());
        var run = Assert.Single(Directory.GetDirectories(Path.Combine(folder, "second")));
        var settings = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(run, "spec.json")))
            .RootElement.GetProperty("learner")
            .GetProperty("settings");
        Assert.Equal((first, "lift-mini"), (settings.GetProperty("start").GetString(), settings.GetProperty("model").GetString()));
        Assert.Equal(
            (0.002, 1),
            (
                settings.GetProperty("recipe").GetProperty("learningRate").GetDouble(),
                settings.GetProperty("recipe").GetProperty("epochs").GetInt32()
            )
        );

        // the second run answers without the first, and nothing starts from a run that is gone or has no weights
        Directory.Delete(first, recursive: true);
        Assert.Equal(ExitCode.Done, (await RunAsync("predict", run, "wine")).Code);
        var again = Path.Combine(folder, "again");
        var spec = Path.Combine(run, "spec.json");
        File.WriteAllText(spec, File.ReadAllText(spec).Replace("\"name\": \"lift\"", "\"name\": \"knn\"", StringComparison.Ordinal));
        var (refused, _, why) = await RunAsync("lift", "iris", "--model", run, "--out", again);
        Assert.Equal(ExitCode.WrongUsage, refused);
        Assert.Contains("no weights to start from", why, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(run, "fitted"), recursive: true);
        File.WriteAllText(spec, File.ReadAllText(spec).Replace("\"name\": \"knn\"", "\"name\": \"lift\"", StringComparison.Ordinal));
        (refused, _, why) = await RunAsync("lift", "iris", "--model", run, "--out", again);
        Assert.Equal(ExitCode.BadData, refused);
        Assert.Contains("no fitted LIFT model", why, StringComparison.Ordinal);
        Assert.False(Directory.Exists(again));
    }

    [Fact]
    public async Task A_dry_run_prints_the_plan_and_trains_nothing()
    {
        var kept = Path.Combine(folder, "dry");
        string[] lift = ["lift", "iris", "--epochs", "3", "--baselines", "knn", "--out", kept, "--dry-run"];
        var (code, output, error) = await RunAsync([.. lift, "--json", "--splits", "2"]);
        Assert.True(code == ExitCode.Done, error);
        var plan = JsonDocument.Parse(output).RootElement;
        Assert.Equal((2, 96), (plan.GetProperty("runs").GetInt32(), plan.GetProperty("rows").GetProperty("train").GetInt32()));
        Assert.Equal(3 * 6 * 3, plan.GetProperty("steps").GetInt64()); // passes, steps a pass, models
        Assert.True(plan.GetProperty("canStart").GetBoolean());
        Assert.False(Directory.Exists(kept));

        (code, output, _) = await RunAsync(lift);
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("96 training, 24 validation, 30 test", output, StringComparison.Ordinal);
        Assert.Contains("No estimate yet: needs one finished run on this machine", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_with_errors_says_what_to_do_and_exits_as_bad_data()
    {
        var (code, output, _) = await RunAsync("lift", "iris", "--model", "no-such-model", "--dry-run", "--json");
        Assert.Equal(ExitCode.BadData, code);
        var plan = JsonDocument.Parse(output).RootElement;
        Assert.False(plan.GetProperty("canStart").GetBoolean());
        Assert.Equal("model-missing", plan.GetProperty("problems")[0].GetProperty("code").GetString());
        (code, output, _) = await RunAsync("lift", "iris", "--model", "no-such-model", "--dry-run");
        Assert.Equal(ExitCode.BadData, code);
        Assert.Contains("error     there is no base model 'no-such-model'. Name lift-mini", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.BadData, "does not exist", "lift", "no-such-table")]
    [InlineData(ExitCode.WrongUsage, "no column 'nothing'", "lift", "iris", "--target", "nothing")]
    [InlineData(ExitCode.WrongUsage, "standard, quick", "lift", "iris", "--recipe", "nothing")]
    [InlineData(ExitCode.WrongUsage, "majority", "lift", "iris", "--baselines", "nothing")]
    [InlineData(ExitCode.WrongUsage, "1 to 1000", "lift", "iris", "--splits", "0")]
    [InlineData(ExitCode.BadData, "no folder", "predict", "no-such-run", "iris")]
    [InlineData(ExitCode.BadData, "no lab folder", "reindex", "--lab", "no-such-lab")]
    public async Task What_cannot_work_is_told_with_its_exit_code(int code, string words, params string[] arguments)
    {
        var told = Console.Error;
        using var heard = new StringWriter();
        Console.SetError(heard);
        try
        {
            var (actual, output, error) = await RunAsync(arguments);
            Assert.Equal(code, actual);
            Assert.Empty(output);
            Assert.Contains(words, error + heard, StringComparison.Ordinal);
        }
        finally
        {
            Console.SetError(told);
        }
    }

    [Fact]
    public async Task Reindex_puts_the_database_aside_and_names_what_cannot_be_read()
    {
        File.WriteAllText(Path.Combine(folder, "liftlab.db"), "an index");
        Directory.CreateDirectory(Path.Combine(folder, "runs", "broken"));
        var (code, output, _) = await RunAsync("reindex", "--lab", folder, "--json");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("broken", JsonDocument.Parse(output).RootElement.GetProperty("problems")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(["liftlab.db.before-reindex"], Directory.GetFiles(folder, "liftlab.db*").Select(Path.GetFileName));
    }

    async Task<string> LearnAsync(string table, params string[] how)
    {
        var kept = Path.Combine(folder, Path.GetFileName(table));
        var (code, _, error) = await RunAsync([
            "lift",
            table,
            "--epochs",
            "1",
            "--ways",
            "fine-tuned",
            "--baselines",
            "tree",
            "--out",
            kept,
            .. how,
        ]);
        Assert.True(code == ExitCode.Done, error);
        return Assert.Single(Directory.GetDirectories(kept));
    }

    [Fact]
    public async Task The_class_of_a_lone_sign_comes_back_as_it_was()
    {
        var run = await LearnAsync(CaseFile.At("plus-minus.csv"));
        var (code, output, error) = await RunAsync("predict", run, CaseFile.At("plus-minus.csv"), "--learner", "tree");
        Assert.True(code == ExitCode.Done, error);
        Assert.DoesNotContain('\'', output);
        var cells = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(l => l.Split(','));
        Assert.All(cells, c => Assert.Contains(c[3], (string[])["+", "-"]));
    }

    [Fact]
    public async Task Prediction_reads_grouped_digits_as_the_run_did_and_says_what_is_new()
    {
        var run = await LearnAsync(CaseFile.At("revenue-learn.csv"));
        var (code, output, _) = await RunAsync("predict", run, CaseFile.At("revenue-ask.csv"), "--learner", "tree", "--json");
        Assert.Equal(ExitCode.Done, code);
        var answers = JsonDocument.Parse(output).RootElement.GetProperty("answers").EnumerateArray().ToArray();
        Assert.Equal(["small", "big", "small"], answers.Select(a => a.GetProperty("predicted").GetString()));

        // What the person brought comes back as it was written, in CSV and in a workbook.
        var asked = await File.ReadAllLinesAsync(CaseFile.At("revenue-ask.csv"));
        (_, output, _) = await RunAsync("predict", run, CaseFile.At("revenue-ask.csv"), "--learner", "tree");
        Assert.Equal(asked, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Zip(asked).Select(l => l.First[..l.Second.Length]));
        var book = Path.Combine(folder, "out.xlsx");
        Assert.Equal(
            ExitCode.Done,
            (await RunAsync("predict", run, CaseFile.At("revenue-ask.csv"), "--learner", "tree", "--out", book)).Code
        );
        var written = (await TableReader.ReadAsync(book, TableReadOptions.Plain)).Table;
        Assert.Contains("950,000", written.Columns.SelectMany(c => c.Cells));

        run = await LearnAsync(CaseFile.At("new-learn.csv"));
        (code, output, var error) = await RunAsync("predict", run, CaseFile.At("new-ask.csv"), "--json");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("row 2, column 'colour': the cell 'green' does not occur", error, StringComparison.Ordinal);
        var problems = JsonDocument.Parse(output).RootElement.GetProperty("problems").EnumerateArray().ToArray();
        Assert.Contains(problems, p => p.GetProperty("code").GetString() == "unseen-categories");
        Assert.Equal(4, JsonDocument.Parse(output).RootElement.GetProperty("rows").GetInt32());
    }

    [Fact]
    public async Task The_task_and_features_with_commas_can_be_chosen()
    {
        var run = await LearnAsync(CaseFile.At("codes.csv"));
        Assert.Contains("\"task\": \"classification\"", File.ReadAllText(Path.Combine(run, "spec.json")), StringComparison.Ordinal);
        var (_, numbers, _) = await RunAsync("lift", CaseFile.At("codes.csv"), "--task", "number", "--dry-run", "--json");
        Assert.Equal("regression", JsonDocument.Parse(numbers).RootElement.GetProperty("task").GetString());
        var (code, plan, _) = await RunAsync("lift", CaseFile.At("comma-name.csv"), "--features", "length, mm", "--dry-run");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("kind from 1 features", plan, StringComparison.Ordinal);
        var (wrong, _, error) = await RunAsync("lift", CaseFile.At("comma-name.csv"), "--features", "length", "--dry-run");
        Assert.Equal(ExitCode.WrongUsage, wrong);
        Assert.Contains("there is no column 'length'; the columns are 'length, mm', 'mass', 'kind'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marks_that_reach_a_prompt_are_refused_before_the_start_and_can_be_spaced()
    {
        var table = CaseFile.At("separators.csv");
        var (code, _, error) = await RunAsync("lift", table, "--template", "names", "--baselines", "none");
        Assert.Equal(ExitCode.BadData, code);
        Assert.Contains("row 1, column 'note'", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (code, _, _) = await RunAsync("lift", table, "--template", "names", "--space-marks", "--dry-run");
        Assert.Equal(ExitCode.Done, code);
        (code, _, _) = await RunAsync("lift", table, "--dry-run");
        Assert.Equal(ExitCode.Done, code);
    }

    [Fact]
    public async Task All_baselines_are_those_that_need_no_file()
    {
        var (code, output, _) = await RunAsync("lift", "iris", "--epochs", "1", "--dry-run");
        Assert.Equal(ExitCode.Done, code);
        Assert.DoesNotContain("TabPFN", output, StringComparison.Ordinal);
    }
}
