using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Commands.Tables;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands.Lift;

/// <summary>The options of <c>lift</c> and the run that they describe.</summary>
sealed class LiftOptions
{
    readonly Argument<string> table = new("table") { Description = TableOptions.Help };
    readonly TableOptions reading = new();
    readonly SchemaOptions meaning = new();
    readonly Option<string?> spec = new("--spec")
    {
        HelpName = "FILE",
        Description =
            "A run that New run saved as JSON: reading, schema, learner, baselines and seeds. Beside it only --splits, --out, --dry-run and --json can be given.",
    };
    readonly Option<string?> model = new("--model")
    {
        Description =
            "lift-mini (the built-in base model), a folder in Hugging Face layout, provider:NAME/MODEL (a service that speaks OpenAI's API), or a run folder: training then continues from its fitted weights with its recipe.",
    };
    readonly Option<string?> template = new("--template") { Description = "A prompt preset's name, or a JSON file with a template." };
    readonly Option<string[]> writeOut = new("--write-out")
    {
        HelpName = "COLUMN",
        Description = "A column that prompts write as text and not as a code. Can be given several times.",
    };
    readonly Option<bool> spacedMarks = new("--space-marks")
    {
        Description =
            "Prompts write ### and @@@ in cells, names and labels with spaces, because they mark the end of a prompt or an answer.",
    };
    readonly Option<string?> recipe = new("--recipe") { Description = "A recipe preset's name, or a JSON file with a recipe." };
    readonly Option<FineTuneMethod?> method = new("--method") { Description = "lora or full." };
    readonly Option<int?> epochs = new("--epochs")
    {
        Description = "Maximum number of passes over the training rows; replaces the recipe's limits on steps.",
    };
    readonly Option<double?> rate = new("--rate") { Description = "Peak learning rate." };
    readonly Option<int?> batch = new("--batch") { Description = "Rows per step." };
    readonly Option<Precision?> precision = new("--precision")
    {
        Description = "Precision of frozen weights in memory: auto, float32, bfloat16, int8 or nf4 (with --method lora).",
    };
    readonly Option<Recomputation?> recompute = new("--recompute")
    {
        Description = "Recomputes layers in the backward pass to save memory: auto, never or always.",
    };
    readonly Option<int?> tokensAtOnce = new("--tokens-at-once")
    {
        Description = "Maximum tokens in one forward pass; 0 for as many as fit in memory.",
    };
    readonly Option<OptimizerMemory?> moments = new("--moments")
    {
        Description = "Precision of the optimizer's moments: adam (float32) or adam8 (one byte each).",
    };
    readonly Option<bool> dora = new("--dora")
    {
        Description = "DoRA: adapters train the magnitudes of weights separately (with --method lora).",
    };
    readonly Option<bool> tf32 = new("--tf32")
    {
        Description = "A GPU computes float32 matrix products in TF32: faster and less exact. Off by default.",
    };
    readonly ProviderOptions provider = new();
    readonly Option<DecodingMode?> decode = new("--decode") { Description = "How answers are decoded: labels, greedy or sample." };
    readonly Option<string?> ways = new("--ways")
    {
        Description =
            "LIFT's ways to predict, separated by commas: fine-tuned, in-context, average. Default: all that the task supports for the built-in model, fine-tuned for other models.",
    };
    readonly Option<int> seed = new("--seed") { Description = "Seed of all random numbers in learning.", DefaultValueFactory = _ => 0 };
    readonly Option<int> splits = new("--splits")
    {
        Description = "Number of splits (seeds 0, 1, ...), one run each; all have the same test rows.",
        DefaultValueFactory = _ => 1,
    };
    readonly Option<string> baselines = new("--baselines")
    {
        Description = "Names of baselines, separated by commas; or all, or none.",
        DefaultValueFactory = _ => "all",
    };
    readonly Option<string?> outFolder = new("--out")
    {
        Description = "Folder for the run folders; if left out, they are deleted at the end.",
    };
    readonly Option<bool> dryRun = new("--dry-run")
    {
        Description =
            "Prints the plan of the run with estimated time, memory and cost, and trains nothing; exit code 3 if the plan has errors. Time is estimated from finished runs in --out and in lab/runs.",
    };
    readonly Option<bool> json = new("--json") { Description = "Writes one JSON document to standard output." };

    /// <summary>The options that the file of --spec replaces.</summary>
    Option[] replaced = [];
    RunFile? saved;

    public void AddTo(Command command)
    {
        command.Arguments.Add(table);
        reading.AddTo(command);
        meaning.AddTo(command, withFeatures: true);
        foreach (var option in Described)
            command.Options.Add(option);
        replaced = [.. command.Options];
        foreach (var option in (Option[])[spec, splits, outFolder, dryRun, json])
            command.Options.Add(option);
    }

    /// <summary>The options that describe learner, comparison and seed.</summary>
    Option[] Described =>
        [
            model,
            template,
            writeOut,
            spacedMarks,
            recipe,
            method,
            precision,
            recompute,
            tokensAtOnce,
            moments,
            dora,
            tf32,
            epochs,
            rate,
            batch,
            decode,
            ways,
            seed,
            baselines,
            .. provider.All,
        ];

    /// <summary>The options that have no meaning for a model that a provider trains.</summary>
    Option[] Local => [writeOut, spacedMarks, recipe, method, precision, recompute, tokensAtOnce, moments, dora, tf32, decode];

    /// <summary>The saved run that --spec names; null without it.</summary>
    /// <exception cref="ArgumentException">Another option says what the file says.</exception>
    /// <exception cref="BadDataException">The file cannot be read.</exception>
    public RunFile? Saved(ParseResult parsed)
    {
        if (parsed.GetValue(spec) is not { } path)
            return null;
        return replaced.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } other
            ? throw new ArgumentException($"{other.Name} cannot be given beside --spec, whose file says it")
            : saved ??= RunFile.Read(path);
    }

    /// <summary>Reads the table, with the schema that the options describe.</summary>
    /// <exception cref="ArgumentException">The table has no such column, or no target is known.</exception>
    public async Task<OpenedTable> OpenAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (Saved(parsed) is { } file)
            return await file.OpenAsync(await OpenMlTable.PathAsync(parsed.GetValue(table)!, parsed, cancel), cancel);
        var opened = meaning.Apply(parsed, await reading.OpenAsync(parsed, parsed.GetValue(table)!, cancel));
        _ = SchemaOptions.WithKnownTarget(opened);
        foreach (var name in parsed.GetValue(writeOut) ?? [])
            NameList.Known(opened.Table, name);
        return opened;
    }

    public int Seed(ParseResult parsed) => Saved(parsed)?.Seed ?? parsed.GetValue(seed);

    public string? Out(ParseResult parsed) => parsed.GetValue(outFolder);

    public bool DryRun(ParseResult parsed) => parsed.GetValue(dryRun);

    public bool Json(ParseResult parsed) => parsed.GetValue(json);

    /// <exception cref="ArgumentException">The number is not 1 to 1000.</exception>
    public int Splits(ParseResult parsed) =>
        parsed.GetValue(splits) is >= 1 and <= 1000 and var k ? k : throw new ArgumentException("--splits: give 1 to 1000");

    /// <exception cref="ArgumentException">A preset does not exist, or a value is out of range.</exception>
    public LearnerSpec Learner(ParseResult parsed, TaskKind task)
    {
        if (Saved(parsed) is { } file)
            return file.Learner;
        var training = (parsed.GetValue(epochs), parsed.GetValue(rate), parsed.GetValue(batch));
        var written = parsed.GetValue(template) is { } named ? PresetOrFile(named) : null;
        if (provider.Of(parsed, task, parsed.GetValue(model), written, training, Local) is { } remote)
            return remote;
        var given = StartRun(parsed) is { } run ? Continued(run, task) : new JsonObject();
        if (given.Count == 0 && parsed.GetValue(model) is { } m)
            given["model"] = m;
        if (written is not null)
            given["template"] = written;
        if (parsed.GetValue(recipe) is { } r)
            given["recipe"] = PresetOrFile(r);
        var settings = LiftSettings.Parse(given, task);
        var own = settings.Recipe;
        if (parsed.GetValue(method) is { } way)
            own = own with { Method = way };
        if (parsed.GetValue(precision) is { } bits)
            own = own with { Precision = bits };
        if (parsed.GetValue(recompute) is { } again)
            own = own with { Recompute = again };
        if (parsed.GetValue(tokensAtOnce) is { } most)
            own = own with { TokensAtOnce = most };
        if (parsed.GetValue(moments) is { } kept)
            own = own with { Moments = kept };
        if (parsed.GetValue(dora))
            own = own with { Dora = true };
        if (parsed.GetValue(tf32))
            own = own with { Tf32 = true };
        if (parsed.GetValue(epochs) is { } passes)
            own = own with { Epochs = passes, MinimumSteps = 0, MaximumSteps = 0 };
        if (parsed.GetValue(rate) is { } peak)
            own = own with { LearningRate = peak };
        if (parsed.GetValue(batch) is { } rows)
            own = own with { BatchSize = rows, BatchGrowth = 1 };
        if (parsed.GetValue(decode) is { } mode)
            own = own with { Decode = mode };
        own.Check();
        var wording = settings.Template;
        if (parsed.GetValue(writeOut) is { Length: > 0 } columns)
            wording = wording with { WriteOut = [.. wording.WriteOut.Union(columns, StringComparer.Ordinal)] };
        if (parsed.GetValue(spacedMarks))
            wording = wording with { SpacedMarks = true };
        return (settings with { Template = wording, Recipe = own }).ToSpec();
    }

    /// <summary>The run that --model names; null if it names a base model.</summary>
    RunFolder? StartRun(ParseResult parsed) =>
        parsed.GetValue(model) is { } name && File.Exists(Path.Combine(name, "spec.json")) ? RunFolder.Open(name) : null;

    static JsonObject Continued(RunFolder run, TaskKind task)
    {
        var spec = run.ReadSpec();
        if (spec.Learner.Name != LiftSettings.LearnerName)
            throw new ArgumentException($"--model: that run trained {spec.Learner.Name}, which has no weights to start from");
        return LiftSettings.Of(spec.Learner, spec.Schema.Task).Continued(run.Path, spec.Schema.Task, task).ToJson();
    }

    /// <summary>The learners that are compared with the fine-tuned model: LIFT's other ways to predict, then the baselines.</summary>
    /// <exception cref="ArgumentException">A way or a baseline does not exist, or the task does not support it.</exception>
    public IReadOnlyList<LearnerSpec> Beside(ParseResult parsed, TaskKind task) =>
        Saved(parsed)?.Baselines ?? [.. Ways(parsed, task).Select(w => new LearnerSpec(w.Learner)), .. Baselines(parsed, task)];

    IReadOnlyList<LiftWay> Ways(ParseResult parsed, TaskKind task)
    {
        if (parsed.GetValue(ways) is not { } list)
            return
                Learner(parsed, task) is { Name: LiftSettings.LearnerName } learner
                && LiftSettings.Of(learner, task).Model == LiftSettings.BuiltIn
                ? LiftWays.Others
                : [];
        LiftWay[] named = [.. Names(list).Select(LiftWays.Named)];
        if (!named.Contains(LiftWays.FineTuned))
            throw new ArgumentException($"--ways: {LiftWays.FineTuned.Word} must be among them, because lift always fine-tunes");
        return named.FirstOrDefault(w => w != LiftWays.FineTuned && !LiftWays.Others.Contains(w)) is { } wrong
            ? throw new ArgumentException($"--ways: {wrong.Word} needs the model {InContextSettings.BuiltIn}, which is not on this machine")
            : [.. named.Where(w => w != LiftWays.FineTuned)];
    }

    /// <summary>A sentence about baselines that "all" leaves out; null where none is.</summary>
    public string? LeftOut(ParseResult parsed, TaskKind task) =>
        parsed.GetValue(baselines) == "all"
        && BaselineList.For(task).Where(b => b.NeedsFile).Select(b => b.Name).ToArray() is { Length: > 0 } names
            ? $"--baselines all leaves out {string.Join(", ", names)}, which needs a file of yours"
            : null;

    IReadOnlyList<LearnerSpec> Baselines(ParseResult parsed, TaskKind task) =>
        parsed.GetValue(baselines) switch
        {
            "none" => [],
            "all" or null => [.. BaselineList.For(task).Where(b => !b.NeedsFile).Select(b => new LearnerSpec(b.Name))],
            var list => [.. Names(list).Select(n => new LearnerSpec(BaselineList.Find(n).Name))],
        };

    static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static JsonNode? PresetOrFile(string nameOrFile)
    {
        if (!File.Exists(nameOrFile))
            return nameOrFile;
        try
        {
            return JsonNode.Parse(File.ReadAllText(nameOrFile));
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"'{nameOrFile}' is not valid JSON: {e.Message}", e);
        }
    }
}
