using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Tests.Contracts;

namespace LiftLab.Tests.Engine.Runs.Asking;

/// <summary>From a file to a file with predictions: streamed answers equal those at once, and the person's own cells stay.</summary>
public sealed class TableWorkTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    string At(string name) => Path.Combine(runs.Root, name);

    string Text(string text, string name = "asked.csv")
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    sealed record Done(string Csv, IReadOnlyList<Problem> Problems, TableAnswered Answered, IReadOnlyList<AskingProgress> Said);

    static async Task<Done> AskAsync(
        RunFolder run,
        string? file,
        string? learner = null,
        TableReadOptions? reading = null,
        int partBytes = AskedRows.PartBytes
    )
    {
        using var models = await RunModels.OpenAsync(run, TestWorker.Find);
        using var output = new StringWriter();
        var said = new List<AskingProgress>();
        IReadOnlyList<Problem> found = [];
        var answered = await new TableWork(models, said.Add, TimeProvider.System) { PartBytes = partBytes }.RunAsync(
            new(file, reading ?? new(), learner == "all" ? models.Learners : [models.Find(learner)]),
            (_, table) => [new CsvAnswers(table, output, closes: false)],
            p => found = p,
            default
        );
        return new(output.ToString(), found, answered, said);
    }

    static string Points(int rows) =>
        "a,b\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant($"{i % 61 * 0.1:0.0},{i % 5}\n")));

    [Fact]
    public async Task Streamed_answers_are_those_of_the_whole_table_at_once()
    {
        var run = await AskedRun.FinishedAsync(runs, "run-1", "knn", "tree", "svm", "mlp");
        var file = Text(Points(3000));
        using var models = await RunModels.OpenAsync(run, TestWorker.Find);
        var asked = await AskedFile.ReadAsync(models.Run.Spec, models.Run.Task, file, new(), default);
        foreach (var learner in models.Learners)
        {
            var whole = await models.AskAsync(
                learner,
                m => m.PredictAsync(asked.Features, [.. Enumerable.Range(0, 3000)]),
                CancellationToken.None
            );
            var pieces = new List<AnsweredPiece>();
            await foreach (
                var piece in new TableAsking(models, _ => { }, TimeProvider.System).AskAsync(AskedRows.Of(asked), [learner], default)
            )
                pieces.Add(piece);
            Assert.True(pieces.Count > 3, $"{pieces.Count} pieces");
            LearnerLaws.Identical(whole, [.. pieces.SelectMany(p => p.Answers[0])]);
        }
    }

    [Fact]
    public async Task The_own_cells_are_unchanged_and_the_answers_follow()
    {
        var run = await AskedRun.FinishedAsync(runs);
        string[] rows = ["1.10,2,007,NA,\"x, y\"", "5.0,,0012, - ,é", "+4.9,3,1,n/a,\"say \"\"no\"\"\""];
        var done = await AskAsync(run, Text("a,b,id,note,text\n" + string.Join('\n', rows) + "\n"));
        var lines = done.Csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            "a,b,id,note,text,class_predicted,class_probability,class_readable,class_text,class_probability_high,class_probability_low",
            lines[0]
        );
        Assert.StartsWith("1.10,2,007,NA,\"x, y\",low,1,true,,0,1", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("5.0,,0012,-,é,high,", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("+4.9,3,1,n/a,\"say \"\"no\"\"\",high,", lines[3], StringComparison.Ordinal);
        Assert.Contains(done.Problems, p => p.Code == "extra-columns");
        Assert.Contains(done.Problems, p => p is { Code: "unseen-missing", Column: "b", Row: 2 });
        Assert.Equal((3, 0), (done.Answered.Rows, done.Answered.Unreadable));
    }

    [Fact]
    public async Task Decimal_commas_units_and_marks_stay_as_they_are_written()
    {
        var learned = "price;kind\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},5 €;{(i < 30 ? "cheap" : "dear")}\n"));
        var run = await AskedRun.LearnedAsync(runs, learned, "knn", "kind");
        var done = await AskAsync(run, Text("price;when\n1,5 €;01.02.2024\n-58,5 €;02.02.2024\nunknown;03.02.2024\n"));
        var lines = done.Csv.Split('\n');
        Assert.StartsWith("\"1,5 €\",01.02.2024,cheap", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("\"-58,5 €\",02.02.2024,cheap", lines[2], StringComparison.Ordinal); // a number is no formula
        Assert.StartsWith("unknown,03.02.2024,", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workbook_reads_back_and_JSON_lines_hold_the_same()
    {
        var run = await AskedRun.FinishedAsync(runs, "run-1", "knn", "logreg");
        var file = Text("a,b,id,note\n1.25,2,007,NA\n5,3,008,=1+1\n");
        using var models = await RunModels.OpenAsync(run, TestWorker.Find);
        var xlsx = At("out.xlsx");
        using var lines = new StringWriter();
        await new TableWork(models, _ => { }, TimeProvider.System).RunAsync(
            new(file, new(), models.Learners),
            (asked, table) => [new WorkbookAnswers(table, xlsx), new JsonLineAnswers(table, models.Run.Task.Target, lines, closes: false)],
            _ => { },
            default
        );
        var back = (await TableReader.ReadAsync(xlsx, new() { MissingMarks = [], EveryRow = true })).Table;
        Assert.Equal(2, back.RowCount);
        Assert.Equal(["1.25", "5"], back["a"].Cells);
        Assert.Equal(["007", "008"], back["id"].Cells);
        Assert.Equal(["NA", "'=1+1"], back["note"].Cells);
        Assert.Equal(["low", "high"], back["class_knn_predicted"].Cells);
        Assert.Equal(["low", "high"], back["class_logreg_predicted"].Cells);
        var json = lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal("=1+1", (string?)json[1]["cells"]!["note"]);
        for (var i = 0; i < 2; i++)
            Assert.Equal(back["class_logreg_probability"].Numbers[i], (double)json[i]["answers"]!["logreg"]!["probability"]!);
        Assert.False(File.Exists(xlsx + ".answers"));
    }

    [Fact]
    public async Task A_predicted_number_has_an_interval_that_holds_nine_in_ten_of_the_test_rows()
    {
        var random = new Random(5);
        var learned =
            "x,y\n"
            + string.Concat(
                Enumerable
                    .Range(0, 300)
                    .Select(i => FormattableString.Invariant($"{i % 50},{2 * (i % 50) + random.NextDouble() * 8:0.000}\n"))
            );
        var run = await AskedRun.LearnedAsync(runs, learned, "linear", "y");
        var done = await AskAsync(run, Text("x\n10\n20\n"));
        var lines = done.Csv.Split('\n').Select(l => l.Split(',')).ToArray();
        Assert.Equal(["x", "y_predicted", "y_deviation", "y_readable", "y_text", "y_low", "y_high"], lines[0]);
        using var models = await RunModels.OpenAsync(run, TestWorker.Find);
        var half = models.Find(null).HalfWidth!.Value;
        var outcome = run.ReadOutcome("linear")!;
        var held = outcome.Answers.Count(a => Math.Abs(a.Value!.Value - models.Run.Task.Targets[a.Row]) <= half);
        Assert.InRange((double)held / outcome.Answers.Count, 0.9, 0.96);
        Assert.Equal(2 * half, Number(lines[1][6]) - Number(lines[1][5]), 9);
        Assert.Equal(Number(lines[1][1]) - half, Number(lines[1][5]), 9);

        static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task The_rows_of_the_own_table_without_a_target_are_asked()
    {
        var learned =
            "a,class\n"
            + string.Concat(
                Enumerable
                    .Range(0, 80)
                    .Select(i => $"{(i % 2 == 0 ? 1 : 9) + i % 3},{(i % 20 == 7 ? "" : i % 2 == 0 ? "low" : "high")}\n")
            );
        var run = await AskedRun.LearnedAsync(runs, learned, "knn", "class");
        var done = await AskAsync(run, null);
        Assert.Equal(4, done.Answered.Rows);
        Assert.All(
            done.Csv.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..],
            l => Assert.Contains(",,high,", l, StringComparison.Ordinal)
        );
        var full = await AskedRun.FinishedAsync(runs, "run-2");
        var refused = await Assert.ThrowsAsync<BadDataException>(() => AskAsync(full, null));
        Assert.Equal("no-row-without-target", refused.Problems.Single().Code);
    }

    [Theory]
    [InlineData("b,c\n1,2\n", "missing-features")]
    [InlineData("", "empty-file")]
    [InlineData("a,b\n", "no-rows")]
    public async Task A_file_that_cannot_be_asked_is_refused_with_the_reason(string text, string code)
    {
        var run = await AskedRun.FinishedAsync(runs);
        var refused = await Assert.ThrowsAsync<BadDataException>(() => AskAsync(run, Text(text)));
        Assert.Contains(refused.Problems, p => p.Code == code);
    }

    [Fact]
    public async Task Files_that_are_no_tables_and_tables_with_too_many_rows_are_refused()
    {
        var run = await AskedRun.FinishedAsync(runs);
        File.WriteAllBytes(At("picture.csv"), [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0]);
        await Assert.ThrowsAsync<BadDataException>(() => AskAsync(run, At("picture.csv")));
        var many = await Assert.ThrowsAsync<BadDataException>(() => AskAsync(run, Text(Points(50)), reading: new() { MaxRows = 40 }));
        Assert.Equal("too-many-rows", many.Problems.Single().Code);
    }

    [Fact]
    public async Task Work_that_is_cancelled_ends_between_two_pieces()
    {
        var run = await AskedRun.FinishedAsync(runs);
        using var models = await RunModels.OpenAsync(run, TestWorker.Find);
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new TableWork(
                models,
                now =>
                {
                    if (now is { Phase: "answer", Rows: > 0 })
                        stop.Cancel();
                },
                TimeProvider.System
            ).RunAsync(
                new(Text(Points(5000)), new(), [models.Find(null)]),
                (_, table) => [new CsvAnswers(table, output, closes: false)],
                _ => { },
                stop.Token
            )
        );
        Assert.InRange(output.ToString().Count(c => c == '\n'), 2, 4999);
    }

    [Fact]
    public async Task A_learner_whose_model_is_damaged_is_left_out_of_all_and_refused_alone()
    {
        var run = await AskedRun.FinishedAsync(runs, "run-1", "knn", "tree");
        var kept = Directory.GetFiles(Path.Combine(run.Path, "fitted", "tree"), "*.kept").Single();
        File.WriteAllText(kept, "damaged");
        var done = await AskAsync(run, Text("a,b\n1,2\n"), "all");
        Assert.Contains(done.Problems, p => p.Code == "kept-damaged");
        Assert.DoesNotContain("tree", done.Csv, StringComparison.Ordinal);
        await Assert.ThrowsAsync<KeptModelException>(() => AskAsync(run, Text("a,b\n1,2\n"), "tree"));
    }

    [Fact]
    public void A_text_is_tried_without_its_words()
    {
        Assert.Equal(
            [("love phone", "I", 1 / 3.0), ("I phone", "love", 1 / 3.0), ("I love", "phone", 1 / 3.0), ("", "I love phone", 1)],
            NearestFlip.Shorter("I  love\nphone", 20)
        );
        Assert.Equal([("", "good", 1)], NearestFlip.Shorter("good", 20));
        Assert.Empty(NearestFlip.Shorter("", 20));
        var pieces = NearestFlip.Shorter(string.Join(' ', Enumerable.Range(0, 50)), 20).ToArray();
        Assert.Equal(17 + 1, pieces.Length);
        Assert.Equal("0 1 2", pieces[0].Without);
        Assert.Equal("review without 'love': yes → no", new Flip("review", "I love it", "I it", "yes", "no", 0.3, "love").Words);
    }

    [Fact]
    public async Task The_nearest_change_of_one_cell_flips_the_answer()
    {
        var run = await AskedRun.FinishedAsync(runs, "run-1", "tree");
        using var models = await RunModels.OpenAsync(run, TestWorker.Find);
        var learner = models.Find(null);
        var row = new Dictionary<string, string> { ["a"] = "1.2", ["b"] = "2" };
        var flip = (await new NearestFlip(models.Run.Task).FindAsync(models, learner, row, default))[0];
        Assert.Equal(("a", "1.2", "low", "high"), (flip.Column, flip.From, flip.Before, flip.After));
        Assert.StartsWith("a 1.2 → ", flip.Words, StringComparison.Ordinal);
        Assert.EndsWith(": low → high", flip.Words, StringComparison.Ordinal);
        // what is found holds, and half the way does not
        foreach (var (cell, label) in ((string, string)[])[(flip.To, "high"), ("1.6", "low")])
        {
            var asked = AskedTable.Of(models.Run.Task, [new Dictionary<string, string>(row) { ["a"] = cell }]).Features;
            var answer = (await models.AskAsync(learner, m => m.PredictAsync(asked, [0]), default))[0];
            Assert.Equal(label, models.Run.Task.Target.Write(((Prediction.Answered)answer).Value));
        }
    }
}
