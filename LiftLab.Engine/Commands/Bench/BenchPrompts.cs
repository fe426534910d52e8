using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>Options, prompts and reference measurement shared by <c>bench generate</c> and <c>bench score</c>.</summary>
sealed class BenchPrompts
{
    const int FirstLabel = 48,
        Mark = 64,
        PromptEnd = 257;

    readonly Option<string> model = BenchModel.ModelOption(),
        dtype = BenchModel.DtypeOption();
    readonly Option<string?> table = new("--table")
    {
        Description =
            "A bundled table whose rows are the prompts, in the paper's template with one token per byte; random ids if left out.",
    };
    readonly Option<int> rows = new("--rows") { Description = "Number of prompts.", DefaultValueFactory = _ => 128 };
    readonly Option<int> length = new("--length")
    {
        Description = "Tokens of the longest random prompt; the shortest has three quarters of that.",
        DefaultValueFactory = _ => 64,
    };
    readonly Option<int> shared = new("--shared")
    {
        Description = "Tokens of the prefix that random prompts share, as prompts with examples do.",
        DefaultValueFactory = _ => 0,
    };
    readonly Option<int> fresh = new("--tokens")
    {
        Description = "Maximum new tokens per answer; the reference, which has no end mark, always generates this number.",
        DefaultValueFactory = _ => 10,
    };
    readonly Option<int> answer = new("--answer")
    {
        Description = "Number of tokens after which an answer ends.",
        DefaultValueFactory = _ => 3,
    };
    readonly Option<int> labels = new("--labels")
    {
        Description = "Number of labels of random prompts; the labels of a table are its classes.",
        DefaultValueFactory = _ => 3,
    };
    readonly Option<int> repeats = new("--repeats") { Description = "Number of measurements.", DefaultValueFactory = _ => 5 };
    readonly Option<string?> python = new("--python")
    {
        Description =
            "A Python with PyTorch; benchmarks/generate.py, which works like transformers' generate, is timed on the same prompts.",
    };
    readonly Option<string> script = new("--script")
    {
        Description = "The reference script.",
        DefaultValueFactory = _ => Path.Combine("benchmarks", "generate.py"),
    };
    readonly Option<int> batch = new("--reference-batch")
    {
        Description = "Prompts per call of the reference.",
        DefaultValueFactory = _ => 32,
    };
    readonly Option<bool> json = JsonOutput.Option();

    public void AddTo(Command command)
    {
        foreach (
            var option in (Option[])[model, dtype, table, rows, length, shared, fresh, answer, labels, repeats, python, script, batch, json]
        )
            command.Options.Add(option);
    }

    /// <param name="Classes">For each prompt, the index of its label.</param>
    public sealed record Asked(int[][] Prompts, int[] Classes, int Labels)
    {
        /// <summary>The labels as ids, each of <paramref name="tokens"/> tokens: one that is unique to it, then a repeated mark.</summary>
        public int[][] LabelsOf(int tokens) =>
            [.. Enumerable.Range(0, Labels).Select(l => (int[])[FirstLabel + l, .. Enumerable.Repeat(Mark, tokens - 1)])];
    }

    public int Tokens(ParseResult parsed) => parsed.GetValue(fresh);

    public int AnswerTokens(ParseResult parsed) => parsed.GetValue(answer);

    public Tokenizer Tokenizer(ParseResult parsed) => new EndAfter(parsed.GetValue(answer));

    /// <param name="prepare">Prepares the model before the measurement.</param>
    /// <param name="answers">Answers all prompts once; an element is null if no tokens are generated.</param>
    /// <param name="drafts">Returns the drafts; null if nothing is generated.</param>
    public Task<int> RunAsync(
        ParseResult parsed,
        Action<LanguageModel, Asked> prepare,
        Func<LanguageModel, Asked, IReadOnlyList<int[]?>> answers,
        Func<Asked, IReadOnlyList<int[]>>? drafts,
        CancellationToken cancel
    ) =>
        Failures.Answer(async () =>
        {
            var asked = await PromptsAsync(parsed, cancel);
            return await TorchThread.Run("bench", () => Measure(parsed, asked, prepare, answers, drafts?.Invoke(asked)));
        });

    int Measure(
        ParseResult parsed,
        Asked asked,
        Action<LanguageModel, Asked> prepare,
        Func<LanguageModel, Asked, IReadOnlyList<int[]?>> answers,
        IReadOnlyList<int[]>? drafts
    )
    {
        var device = PeakOfDevice.Of(TorchRuntime.Pick());
        using var made = BenchModel.Open(parsed.GetValue(model)!, parsed.GetValue(dtype)!);
        TorchRuntime.FitThreads(made.ParameterCount);
        prepare(made, asked);
        BenchModel.ForgetPeak();
        var prompts = asked.Prompts;
        var (seconds, used, times) = (new List<double>(), TimeSpan.Zero, parsed.GetValue(repeats));
        IReadOnlyList<int[]?> given = [];
        for (var i = 0; i <= times; i++)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            given = answers(made, asked);
            device.Note();
            if (i == 0)
                continue;
            seconds.Add(watch.Elapsed.TotalSeconds);
            used += Environment.CpuUsage.TotalTime - before;
        }
        var median = BenchModel.Median(seconds);
        var peak = device.Bytes;
        var reference = parsed.GetValue(python) is { } path ? Reference(parsed, path, made, prompts) : null;
        var own = given.Select((tokens, i) => (tokens, i)).Where(p => p.tokens is not null).ToArray();
        return JsonOutput.Write(
            parsed.GetValue(json),
            new
            {
                model = parsed.GetValue(model),
                dtype = parsed.GetValue(dtype),
                device = made.Device.ToString(),
                threads = TorchRuntime.Threads,
                rows = prompts.Length,
                promptTokens = prompts.Average(p => p.Length),
                distinctTokens = (double)new SortedPrompts(prompts).DistinctTokens / prompts.Length,
                newTokens = parsed.GetValue(fresh),
                answerTokens = parsed.GetValue(answer),
                labels = asked.Labels,
                drafts = drafts?.Count,
                answersAmongLabels = own.Length == 0
                    ? (double?)null
                    : own.Average(p => asked.LabelsOf(parsed.GetValue(answer)).Any(l => l.AsSpan().SequenceEqual(p.tokens)) ? 1.0 : 0.0),
                rowsPerSecond = prompts.Length / median,
                processorMillisecondsPerRow = used.TotalMilliseconds / times / prompts.Length,
                peakMemory = peak,
                referenceRowsPerSecond = reference is null ? (double?)null : prompts.Length / BenchModel.Median(reference.Seconds),
                referenceProcessorMillisecondsPerRow = reference?.ProcessorSeconds * 1000 / prompts.Length,
                timesFaster = reference is null ? (double?)null : BenchModel.Median(reference.Seconds) / median,
                timesLessProcessor = reference?.ProcessorSeconds / (used.TotalSeconds / times),
                equalAnswers = reference is null || own.Length == 0
                    ? (double?)null
                    : own.Average(p => p.tokens!.AsSpan().SequenceEqual(reference.Tokens[p.i].AsSpan(0, p.tokens!.Length)) ? 1.0 : 0.0),
            }
        );
    }

    async Task<Asked> PromptsAsync(ParseResult parsed, CancellationToken cancel)
    {
        var count = parsed.GetValue(rows);
        if (parsed.GetValue(table) is { } name)
        {
            var bundled =
                BundledTables.All.FirstOrDefault(b => b.Name == name)
                ?? throw new ArgumentException(
                    $"there is no bundled table '{name}'; the tables are {string.Join(", ", BundledTables.All.Select(b => b.Name))}"
                );
            var (read, schema) = await bundled.ReadAsync(cancel);
            var task = new LearningTask(read, schema, SplitMaker.Make(read, schema, 0));
            var written = TablePrompts.Fit(PromptPresets.Named("paper", schema.Task), read, schema, task.Split.Train, task.Labels);
            var bytes = new ByteTokenizer();
            int[] chosen = [.. task.Split.Test.Concat(task.Split.Train).Take(count)];
            var classes = task.Labels.Count > 0 ? task.Labels.Count : parsed.GetValue(labels);
            return new(
                [.. chosen.Select(r => bytes.Encode(written.Prompt(read, r)))],
                [.. chosen.Select((r, i) => task.Labels.Count > 0 ? (int)task.Targets[r] : i % classes)],
                classes
            );
        }
        var (random, longest, common) = (new Random(1), parsed.GetValue(length), parsed.GetValue(shared));
        if (common >= longest * 3 / 4)
            throw new ArgumentException("--shared must be less than three quarters of --length");
        var beginning = BenchModel.Prompt(random, common, 256);
        var made = parsed.GetValue(labels);
        return new(
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(_ =>
                        (int[])
                            [
                                .. beginning,
                                .. BenchModel.Prompt(random, random.Next(longest * 3 / 4, longest + 1) - common - 1, 256),
                                PromptEnd,
                            ]
                    ),
            ],
            [.. Enumerable.Range(0, count).Select(i => i % made)],
            made
        );
    }

    sealed record Timed(double[] Seconds, double ProcessorSeconds, int[][] Tokens);

    Timed Reference(ParseResult parsed, string path, LanguageModel made, int[][] prompts)
    {
        var source = parsed.GetValue(script)!;
        if (!File.Exists(source))
            throw new FileNotFoundException($"there is no script '{source}'; run this from the repository's root or set --script");
        var folder = Directory.CreateTempSubdirectory("liftlab-bench");
        try
        {
            ModelFolder.Save(made, folder.FullName);
            File.WriteAllText(Path.Combine(folder.FullName, "prompts.json"), JsonSerializer.Serialize(prompts));
            string[] arguments =
            [
                source,
                folder.FullName,
                "--tokens",
                Text(parsed.GetValue(fresh)),
                "--batch",
                Text(parsed.GetValue(batch)),
                "--repeats",
                Text(Math.Min(3, parsed.GetValue(repeats))),
            ];
            using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true })!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new ArgumentException($"{path} {source} ended with exit code {process.ExitCode}");
            return JsonSerializer.Deserialize<Timed>(text, JsonSerializerOptions.Web)!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Decodes ids as numbers and adds the end mark after <paramref name="length"/> tokens, so that an untrained model generates answers of
    /// a fixed length.
    /// </summary>
    sealed class EndAfter(int length) : Tokenizer
    {
        public override string Name => "numbers";
        public override int VocabularySize => int.MaxValue;
        public override int PadId => 0;

        public override int[] Encode(string text) => throw new NotSupportedException("prompts come as ids");

        public override IReadOnlyList<Piece> Pieces(string text) => throw new NotSupportedException("prompts come as ids");

        public override string Decode(IReadOnlyList<int> ids) =>
            string.Join(' ', ids.Select(Text)) + (ids.Count >= length ? AnswerEnd : "");
    }
}
