using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Predicts each row from training rows in the context: the mean of the draws' answers, calibrated on the validation rows (temperature for
/// probabilities; linear map and spread for numbers).
/// </summary>
public sealed class InContextPredictor : IPredictor
{
    const string KeptName = "context.kept";

    /// <summary>
    /// Cached answers per task, because a run's "average" has the same queries as its "in context". Collected with the task.
    /// </summary>
    static readonly ConditionalWeakTable<LearningTask, ConcurrentDictionary<string, double[][]>> Known = [];

    /// <summary>The task whose answers are cached; null for an opened predictor.</summary>
    readonly LearningTask? task;
    readonly string asker;
    readonly LanguageModel model;
    readonly CodedRows coded;
    readonly IReadOnlyList<ContextDraw> draws;
    readonly CodedCell[][] train;
    readonly int[] digits;
    readonly int answerEnd,
        width;
    readonly ContextTargets targets;
    readonly AnswerSheet sheet;

    internal InContextPredictor(
        LanguageModel model,
        Tokenizer tokenizer,
        CodedRows coded,
        LearningTask task,
        InContextSettings settings,
        int seed
    )
    {
        (this.model, this.coded, answerEnd, digits) = (model, coded, tokenizer.AnswerEndIds[0], Digits(tokenizer));
        train = [.. task.Split.Train.Select(r => coded.Of(task.Table, r))];
        (targets, sheet) = (ContextTargets.Of(task, settings.Steps), AnswerSheet.Of(coded.Prompts));
        width = targets.Width;
        // if a context contains all features, their relevance has no effect
        var relevance =
            settings.Relevance > 0 && coded.Features > Math.Min(settings.Features, coded.MostFeatures)
                ? Relevance(targets, settings.Relevance)
                : null;
        draws =
        [
            .. Enumerable.Range(0, settings.Contexts).Select(i => ContextDraw.Make(coded, train, targets, relevance, settings, seed, i)),
        ];
        Settings = settings.ToJson();
        (this.task, asker) = (task, $"{Settings.ToJsonString()} {seed}: ");
    }

    /// <summary>Restores a kept predictor.</summary>
    InContextPredictor(LanguageModel model, Tokenizer tokenizer, CodedRows coded, KeptReader from)
    {
        (this.model, this.coded, answerEnd, digits) = (model, coded, tokenizer.AnswerEndIds[0], Digits(tokenizer));
        (targets, sheet) = (ContextTargets.Open(from.Under("targets")), AnswerSheet.Of(coded.Prompts));
        width = targets.Width;
        train =
        [
            .. from.Rows<int>("train")
                .Zip(from.Rows<int>("levels"), (ids, levels) => ids.Zip(levels, (i, l) => new CodedCell(i, l)).ToArray()),
        ];
        draws =
        [
            .. Enumerable
                .Range(0, from.Whole("draws"))
                .Select(i => ContextDraw.Open(from.Under(i.ToString(CultureInfo.InvariantCulture)), width)),
        ];
        (Settings, asker) = (from.Json("settings"), "");
    }

    static int[] Digits(Tokenizer tokenizer) =>
        [.. Enumerable.Range(0, ContextCodes.Count).Select(d => tokenizer.Encode(((char)('0' + d)).ToString())[0])];

    public JsonObject Settings { get; }

    /// <summary>Writes the training rows as tokens, the contexts drawn from them, and the network's name and checksums.</summary>
    public Task KeepAsync(string folder, CancellationToken cancel = default) =>
        Task.Run(
            () =>
            {
                var into = new KeptWriter();
                into.Put("settings", Settings);
                into.Put("model", ModelName);
                into.Put("sums", NetworkSums(ModelName));
                into.Put("prompts", JsonSerializer.Serialize(coded.Prompts.State, LiftSettings.Json));
                targets.Keep(into.Under("targets"));
                into.Put<int>("train", [.. train.Select(row => row.Select(c => c.Id).ToArray())]);
                into.Put<int>("levels", [.. train.Select(row => row.Select(c => c.Level).ToArray())]);
                into.Put("draws", draws.Count);
                for (var i = 0; i < draws.Count; i++)
                    draws[i].Keep(into.Under(i.ToString(CultureInfo.InvariantCulture)));
                Directory.CreateDirectory(folder);
                into.Save(Path.Combine(folder, KeptName), InContextSettings.LearnerName);
            },
            cancel
        );

    /// <summary>Blocks while the network loads, so call it on a dedicated thread.</summary>
    /// <exception cref="KeptModelException">
    /// The file is missing or damaged, or the network has changed since the predictor was kept.
    /// </exception>
    internal static InContextPredictor Open(string folder)
    {
        var from = KeptReader.Open(Path.Combine(folder, KeptName), InContextSettings.LearnerName);
        var name = from.Text("model");
        if (NetworkSums(name) != from.Text("sums"))
            throw new KeptModelException(
                "model-changed",
                $"the network '{name}' has changed since the run was made",
                "Restore the network that the run used, or start a new run."
            );
        var (model, tokenizer) = ModelByName.Load(name);
        try
        {
            TorchRuntime.FitThreads(model.ParameterCount);
            var prompts = new TablePrompts(JsonSerializer.Deserialize<PromptState>(from.Text("prompts"), LiftSettings.Json)!);
            return new(model, tokenizer, new CodedRows(prompts, tokenizer), from);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    string ModelName => Settings["model"]!.GetValue<string>();

    static string NetworkSums(string name)
    {
        var folder = ModelByName.Folder(name);
        string[] files = [Path.Combine(folder, ModelFolder.ConfigFile), Path.Combine(folder, ModelFolder.WeightsFile)];
        return string.Join(' ', files.Where(File.Exists).Select(KeptFile.Sum));
    }

    double[] Relevance(ContextTargets targets, double power)
    {
        var (classes, count) = targets.AsClasses();
        return FeatureRelevance.Of([.. train.Select(cells => cells.Select(c => c.Id).ToArray())], classes, count, power);
    }

    /// <summary>Fits the calibration on rows that are in no context.</summary>
    internal void Calibrate(LearningTask task, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        var answers = Answers(task.Table, rows, cancel);
        var chosen = targets.Calibrate(answers, [.. rows.Select(r => task.Targets[r])]);
        (chosen["parameters"], chosen["rowsInContext"]) = (model.ParameterCount, draws.Max(d => d.Contexts.Max(c => c.Length)));
        Settings["chosen"] = chosen;
    }

    public Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default) =>
        TorchThread.Run<IReadOnlyList<Prediction>>(
            "in-context",
            () =>
            {
                TorchRuntime.FitThreads(model.ParameterCount);
                return [.. Answers(table, rows, cancel).Select(answer => targets.Predicted(answer, sheet))];
            }
        );

    /// <summary>
    /// Probabilities of the classes, or mean and mean square of the number (relative to the training mean), averaged over the draws. Shape
    /// (rows)(width)
    /// </summary>
    double[][] Answers(Table table, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        if (task is null || table != task.Table)
            return Ask(table, rows, cancel);
        var known = Known.GetOrCreateValue(task);
        var question = asker + string.Join(',', rows);
        return known.TryGetValue(question, out var answers) ? answers : known[question] = Ask(table, rows, cancel);
    }

    double[][] Ask(Table table, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        // equal rows are queried once: the grid of a decision boundary has many
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var asked = new List<CodedCell[]>();
        var place = new int[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = coded.Of(table, rows[i]);
            var key = string.Join(',', row.Select(c => c.Id));
            if (!places.TryGetValue(key, out place[i]))
            {
                places[key] = place[i] = asked.Count;
                asked.Add(row);
            }
        }
        var sums = asked.Select(_ => new double[width]).ToArray();
        foreach (var draw in draws)
            Add(draw, asked, sums, cancel);
        foreach (var sum in sums)
            for (var k = 0; k < sum.Length; k++)
                sum[k] /= draws.Count;
        return [.. place.Select(p => sums[p])];
    }

    void Add(ContextDraw draw, List<CodedCell[]> asked, double[][] sums, CancellationToken cancel)
    {
        foreach (var group in Enumerable.Range(0, asked.Count).GroupBy(i => Nearest(draw, asked[i])))
        {
            int[] members = [.. group];
            var codes = draw.Codes[group.Key];
            using var scorer = new ContextScorer(model, Write(draw, group.Key), coded.CellsOf(draw.Features.Length) + 1);
            var shares = scorer.Ask([.. members.Select(i => Question(draw, asked[i]))], [.. codes.Used.Select(c => digits[c])], cancel);
            for (var m = 0; m < members.Length; m++)
            for (var c = 0; c < codes.Used.Length; c++)
            for (var k = 0; k < width; k++)
                sums[members[m]][k] += shares[m][c] * codes.Meaning[c][k];
        }
    }

    int Nearest(ContextDraw draw, CodedCell[] row) =>
        draw.Centres.Length == 0
            ? 0
            : Enumerable.Range(0, draw.Centres.Length).MinBy(c => coded.Distance(row, train[draw.Centres[c]], draw.Features));

    int[] Write(ContextDraw draw, int context) =>
        [
            .. draw.Contexts[context]
                .SelectMany((r, i) => (int[])[.. Question(draw, train[r]), digits[draw.Codes[context].OfRows[i]], answerEnd]),
        ];

    int[] Question(ContextDraw draw, CodedCell[] row) => [.. coded.InOrder(row, draw.Features), coded.QuestionMark];

    public void Dispose() => model.Dispose();
}
