using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Experiments;

/// <summary>What a study will take, before it starts.</summary>
/// <param name="Fits">Fits with at least one prediction that the lab does not have.</param>
/// <param name="Predictions">Predictions of the test rows that the lab does not have.</param>
/// <param name="Known">Predictions that the lab has.</param>
/// <param name="Seconds">From the fits of the same learners on this machine; null where a learner was not measured yet.</param>
/// <param name="Unmeasured">Titles of learners without a stored answer.</param>
public sealed record StudyCost(int Cells, int Fits, int Predictions, int Known, double? Seconds, IReadOnlyList<string> Unmeasured)
{
    /// <summary>The newest answers are the best measure, and more would not change it.</summary>
    const int MostRead = 400;

    /// <summary>Share of the rows of a table that are test rows.</summary>
    const double TestShare = 0.2;

    /// <param name="find">Finds a learner by name.</param>
    /// <param name="answers">The lab's folder of answers; need not exist.</param>
    public static StudyCost Of(StudyCells cells, Func<string, LearnerEntry> find, string answers)
    {
        var store = new AnswerStore(answers, null);
        var rows = cells.Study.Tables.ToDictionary(t => t.Name, t => TestShare * t.Rows, StringComparer.Ordinal);
        var open = cells.Fits.Select(f => (Fit: f, Open: f.Probes.Count(p => !store.Has(p.Key.Hash)))).Where(f => f.Open > 0).ToArray();
        var paces = Pace.Read(answers);
        double lift = 0,
            baselines = 0;
        var unmeasured = new List<string>();
        foreach (var (fit, predictions) in open)
        {
            var entry = find(fit.Fit.Learner.Name);
            if (Pace.Nearest(paces, entry.Name, rows[fit.Table]) is not { } pace)
                unmeasured.Add(entry.Title);
            else if (entry.Kind == LearnerKind.Baseline)
                baselines += pace.Seconds(rows[fit.Table], predictions);
            else
                lift += pace.Seconds(rows[fit.Table], predictions);
        }
        var probes = cells.Fits.Sum(f => f.Probes.Count);
        return new(
            cells.All.Count,
            open.Length,
            open.Sum(f => f.Open),
            probes - open.Sum(f => f.Open),
            // LIFT and the baselines compute side by side.
            unmeasured.Count == 0
                ? Math.Max(lift, baselines)
                : null,
            [.. unmeasured.Distinct()]
        );
    }

    /// <summary>Seconds of one learner on one table.</summary>
    /// <param name="Rows">Test rows.</param>
    sealed record Pace(string Learner, double Rows, double? Fit, double Predict)
    {
        public double Seconds(double rows, int predictions) => rows / Math.Max(1, Rows) * ((Fit ?? 0) + predictions * Predict);

        /// <summary>Mean of the learner's measurements on tables of the nearest size.</summary>
        public static Pace? Nearest(ILookup<string, Pace> all, string learner, double rows)
        {
            double Distance(Pace p) => Math.Abs(Math.Log(Math.Max(1, p.Rows) / Math.Max(1, rows)));
            Pace[] mine = [.. all[learner]];
            if (mine.Where(p => p.Fit is not null).MinBy(Distance) is not { } nearest)
                return null;
            Pace[] same = [.. mine.Where(p => p.Rows == nearest.Rows)];
            return nearest with { Fit = same.Where(p => p.Fit is not null).Average(p => p.Fit), Predict = same.Average(p => p.Predict) };
        }

        public static ILookup<string, Pace> Read(string folder) =>
            (
                Directory.Exists(folder)
                    ? new DirectoryInfo(folder)
                        .EnumerateFiles("*.json", SearchOption.AllDirectories)
                        .Where(f => f.Directory!.Name != "places")
                        .OrderByDescending(f => f.LastWriteTimeUtc)
                        .Take(MostRead)
                        .Select(Of)
                        .OfType<Pace>()
                    : []
            ).ToLookup(p => p.Learner, StringComparer.Ordinal);

        static Pace? Of(FileInfo file)
        {
            try
            {
                using var stream = file.OpenRead();
                return
                    JsonSerializer.Deserialize<Measured>(stream, RunJson.Line) is { Truth: not null } m
                    && (string?)m.Probe?["learner"]?["name"] is { } learner
                    ? new(learner, m.Truth.Count, m.FitSeconds > 0 ? m.FitSeconds : null, m.PredictSeconds)
                    : null;
            }
            catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
            {
                return null;
            }
        }

        sealed record Measured(JsonObject? Probe, IReadOnlyList<double> Truth, double FitSeconds, double PredictSeconds);
    }
}
