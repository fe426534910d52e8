using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Answers each row from training rows in the context: the mean of the draws' answers, calibrated on the validation rows (the
/// temperature of probabilities; a line and a spread for numbers).
/// </summary>
public sealed class InContextPredictor : IPredictor
{
    /// <summary>Answers that a task has had already: a run's "average" asks what "in context" has asked. Gone with the task.</summary>
    static readonly ConditionalWeakTable<LearningTask, ConcurrentDictionary<string, double[][]>> Known = [];

    readonly LearningTask task;
    readonly string asker;
    readonly LanguageModel model;
    readonly CodedRows coded;
    readonly IReadOnlyList<ContextDraw> draws;
    readonly IReadOnlyList<CodedCell[]> train;
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
        (this.model, this.coded, answerEnd) = (model, coded, tokenizer.AnswerEndIds[0]);
        digits = [.. Enumerable.Range(0, ContextCodes.Count).Select(d => tokenizer.Encode(((char)('0' + d)).ToString())[0])];
        train = [.. task.Split.Train.Select(r => coded.Of(task.Table, r))];
        (targets, sheet) = (ContextTargets.Of(task, settings.Steps), AnswerSheet.Of(coded.Prompts));
        width = targets.Width;
        // where a context shows all features, which come in front says nothing
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

    public JsonObject Settings { get; }

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
    /// Probabilities of the classes, or mean and mean square of the number (from the training mean), averaged over the draws. Shape
    /// (rows)(width)
    /// </summary>
    double[][] Answers(Table table, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        if (table != task.Table)
            return Ask(table, rows, cancel);
        var known = Known.GetOrCreateValue(task);
        var question = asker + string.Join(',', rows);
        return known.TryGetValue(question, out var answers) ? answers : known[question] = Ask(table, rows, cancel);
    }

    double[][] Ask(Table table, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        // equal rows are asked once: the grid of a decision boundary has many
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
