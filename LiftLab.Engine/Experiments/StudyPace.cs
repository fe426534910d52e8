using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Experiments;

/// <summary>A fit or its answers as the lab measured them.</summary>
/// <param name="Rows">Test rows.</param>
/// <param name="Clean">The training rows were not changed: the fit was trained alone.</param>
/// <param name="Fit">Seconds; null where this probe was not the first of its fit.</param>
/// <param name="Predict">Seconds of answering all test rows.</param>
sealed record StudyPace(LearnerSpec Learner, TaskKind Task, int Rows, int Features, bool Clean, double? Fit, double Predict)
{
    /// <summary>The newest answers are the best measure, and more would not change it.</summary>
    const int MostRead = 400;

    /// <summary>How much farther a measurement is whose fit was trained in the other way, or with other settings, in units of a table e
    /// times as large.</summary>
    const double OtherWay = 2,
        OtherSettings = 1;

    /// <summary>By learner; empty where the folder does not exist.</summary>
    public static ILookup<string, StudyPace> Read(string folder) =>
        (
            Directory.Exists(folder)
                ? new DirectoryInfo(folder)
                    .EnumerateFiles("*.json", SearchOption.AllDirectories)
                    .Where(f => f.Directory!.Name != "places")
                    .OrderByDescending(f => f.LastWriteTimeUtc)
                    .Take(MostRead)
                    .Select(Of)
                    .OfType<StudyPace>()
                : []
        ).ToLookup(p => p.Learner.Name, StringComparer.Ordinal);

    /// <summary>How little a measurement says about a fit: 0 for a fit of the same learner on a table of the same size.</summary>
    public double Distance(LearnerSpec learner, int rows, int features, bool clean) =>
        Apart(rows, Rows)
        + Apart(features, Features)
        + (clean == Clean ? 0 : OtherWay)
        + (JsonNode.DeepEquals(learner.Settings, Learner.Settings) ? 0 : OtherSettings);

    /// <summary>Whether the table is at most twice as large or as small.</summary>
    public bool IsNear(int rows) => Apart(rows, Rows) <= Math.Log(2) + 1e-9;

    static double Apart(int a, int b) => Math.Abs(Math.Log((double)Math.Max(1, a) / Math.Max(1, b)));

    static StudyPace? Of(FileInfo file)
    {
        try
        {
            using var stream = file.OpenRead();
            return
                JsonSerializer.Deserialize<Measured>(stream, RunJson.Line) is { Truth: not null, Probe: { } probe } m
                && (string?)probe["learner"]?["name"] is { } learner
                && probe["schema"].Deserialize<Schema>(RunJson.Line) is { Columns: not null } schema
                ? new(
                    new(learner, probe["learner"]!["settings"] as JsonObject),
                    schema.Task,
                    m.Origins is { Count: > 0 } origins ? origins.Max() + 1 : m.Truth.Count,
                    schema.Features.Count,
                    probe["training"] is null,
                    m.FitSeconds > 0 ? m.FitSeconds : null,
                    m.PredictSeconds
                )
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    sealed record Measured(
        JsonObject? Probe,
        IReadOnlyList<double> Truth,
        IReadOnlyList<int>? Origins,
        double FitSeconds,
        double PredictSeconds
    );
}
