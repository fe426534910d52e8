using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.InContext;

/// <summary>Answers each row from training rows in the context: the mean of the draws' probabilities, with the temperature fitted on the validation rows.</summary>
public sealed class InContextPredictor : IPredictor
{
    /// <summary>Answers that a task has had already: a run's "average" asks what "in context" has asked. Gone with the task.</summary>
    static readonly ConditionalWeakTable<LearningTask, ConcurrentDictionary<string, double[][]>> Known = [];

    readonly LearningTask task;
    readonly string asker;
    readonly LanguageModel model;
    readonly CodedRows coded;
    readonly IReadOnlyList<ContextDraw> draws;
    readonly IReadOnlyList<int[]> train;
    readonly int[] trainClasses, digits;
    readonly int answerEnd;
    readonly double[] frequencies;
    double temperature = 1;

    internal InContextPredictor(LanguageModel model, Tokenizer tokenizer, CodedRows coded, LearningTask task, InContextSettings settings, int seed)
    {
        (this.model, this.coded, answerEnd) = (model, coded, tokenizer.AnswerEndIds[0]);
        digits = [.. Enumerable.Range(0, ContextDraw.CodeCount).Select(d => tokenizer.Encode(((char)('0' + d)).ToString())[0])];
        train = [.. task.Split.Train.Select(r => coded.Of(task.Table, r))];
        trainClasses = [.. task.Split.Train.Select(r => (int)task.Targets[r])];
        frequencies = new double[task.Labels.Count];
        foreach (var c in trainClasses) frequencies[c] += 1.0 / trainClasses.Length;
        // where a context shows all features, which come in front says nothing
        var relevance = settings.Relevance > 0 && coded.Features > Math.Min(settings.Features, coded.MostFeatures)
            ? FeatureRelevance.Of(train, trainClasses, task.Labels.Count, settings.Relevance) : null;
        draws = [.. Enumerable.Range(0, settings.Contexts).Select(i => ContextDraw.Make(coded, train, trainClasses, task.Labels.Count, relevance, settings, seed, i))];
        Settings = settings.ToJson();
        (this.task, asker) = (task, $"{Settings.ToJsonString()} {seed}: ");
    }

    public JsonObject Settings { get; }

    /// <summary>Fits the temperature on rows that are in no context.</summary>
    internal void Calibrate(LearningTask task, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        temperature = AnswerSheet.FitTemperature(Shares(task.Table, rows, cancel), [.. rows.Select(r => (int)task.Targets[r])]);
        Settings["chosen"] = new JsonObject { ["temperature"] = temperature, ["parameters"] = model.ParameterCount, ["rowsInContext"] = draws.Max(d => d.Contexts.Max(c => c.Length)) };
    }

    public Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default) =>
        TorchThread.Run<IReadOnlyList<Prediction>>("in-context", () =>
        {
            TorchRuntime.FitThreads(model.ParameterCount);
            return [.. Shares(table, rows, cancel).Select(s => AnswerSheet.FromDistribution(coded.Prompts, AnswerSheet.Tempered(s, temperature)))];
        });

    /// <summary>Probabilities of the classes, averaged over the draws. Shape (rows)(classes)</summary>
    double[][] Shares(Table table, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        if (table != task.Table) return Ask(table, rows, cancel);
        var known = Known.GetOrCreateValue(task);
        var question = asker + string.Join(',', rows);
        return known.TryGetValue(question, out var shares) ? shares : known[question] = Ask(table, rows, cancel);
    }

    double[][] Ask(Table table, IReadOnlyList<int> rows, CancellationToken cancel)
    {
        // equal rows are asked once: the grid of a decision boundary has many
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var asked = new List<int[]>();
        var place = new int[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = coded.Of(table, rows[i]);
            var key = string.Join(',', row);
            if (!places.TryGetValue(key, out place[i]))
            {
                places[key] = place[i] = asked.Count;
                asked.Add(row);
            }
        }
        var sums = asked.Select(_ => new double[frequencies.Length]).ToArray();
        foreach (var draw in draws) Add(draw, asked, sums, cancel);
        foreach (var sum in sums)
            for (var k = 0; k < sum.Length; k++) sum[k] /= draws.Count;
        return [.. place.Select(p => sums[p])];
    }

    void Add(ContextDraw draw, List<int[]> asked, double[][] sums, CancellationToken cancel)
    {
        foreach (var group in Enumerable.Range(0, asked.Count).GroupBy(i => Nearest(draw, asked[i])))
        {
            int[] members = [.. group], codes = draw.Codes[group.Key], answers = [.. codes.Where(c => c != ContextDraw.None).Distinct().Order()];
            var shared = new double[ContextDraw.CodeCount];
            for (var k = 0; k < frequencies.Length; k++)
                if (codes[k] != ContextDraw.None) shared[codes[k]] += frequencies[k];
            using var scorer = new ContextScorer(model, Write(draw, group.Key), coded.CellsOf(draw.Features.Length) + 1);
            var shares = scorer.Ask([.. members.Select(i => Question(draw, asked[i]))], [.. answers.Select(a => digits[a])], cancel);
            for (var k = 0; k < frequencies.Length; k++)
            {
                var code = codes[k];
                if (code == ContextDraw.None) continue;
                // classes that share a code share its probability as they share the training rows
                var part = shared[code] > 0 ? frequencies[k] / shared[code] : 1.0 / codes.Count(c => c == code);
                for (var m = 0; m < members.Length; m++) sums[members[m]][k] += shares[m][Array.IndexOf(answers, code)] * part;
            }
        }
    }

    int Nearest(ContextDraw draw, int[] row) => draw.Centres.Length == 0 ? 0
        : Enumerable.Range(0, draw.Centres.Length).MinBy(c => coded.Distance(row, train[draw.Centres[c]], draw.Features));

    int[] Write(ContextDraw draw, int context) =>
        [.. draw.Contexts[context].SelectMany(r => (int[])[.. Question(draw, train[r]), digits[draw.Codes[context][trainClasses[r]]], answerEnd])];

    int[] Question(ContextDraw draw, int[] row) => [.. coded.InOrder(row, draw.Features), coded.QuestionMark];

    public void Dispose() => model.Dispose();
}
