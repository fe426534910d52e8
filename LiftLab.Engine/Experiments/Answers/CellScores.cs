using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>
/// Scores of one cell per clean test row. The value is 1 - Σ error / Σ scale: accuracy for classes (error 1 for a wrong or unreadable
/// answer, scale 1), and 1 - RAE for numbers (error |ŷ - y|, scale |y - ȳ| with the mean of the test targets). A number that cannot be read
/// has error and scale 0 and is counted in <see cref="Unreadable"/>.
/// </summary>
public sealed class CellScores
{
    /// <summary>Probability from which a wrong answer is a confident one.</summary>
    public const double Confident = 0.9;

    CellScores(StoredAnswers stored, int rows)
    {
        Labels = stored.Labels;
        Touched = stored.Touched;
        (FitSeconds, PredictSeconds) = (stored.FitSeconds, stored.PredictSeconds);
        (Error, Scale, Truth, Answer) = (new double[rows], new double[rows], new double[rows], new double[rows]);
        varies = new bool[rows];
    }

    /// <summary>Whether a row has several answers that are not all equal.</summary>
    readonly bool[] varies;

    /// <summary>Class labels; empty for numbers.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Shape (clean test rows), as the other arrays.</summary>
    public double[] Error { get; }
    public double[] Scale { get; }
    public double[] Truth { get; }

    /// <summary>The first answer for each row; NaN where it cannot be read.</summary>
    public double[] Answer { get; }

    /// <summary>Share of answers that cannot be read.</summary>
    public double Unreadable { get; private set; }

    /// <summary>Share of rows with a wrong answer of at least 90 %; null where the learner gives no probabilities.</summary>
    public double? ConfidentlyWrong { get; private set; }

    /// <summary>Number of rows that the perturbation changed or added.</summary>
    public int Touched { get; }
    public double FitSeconds { get; }
    public double PredictSeconds { get; }
    public int Rows => Error.Length;
    public bool IsClasses => Labels.Count > 0;

    /// <summary>Accuracy, or 1 - RAE; NaN where no number can be read.</summary>
    public double Value => 1 - Error.Sum() / Scale.Sum();

    /// <summary>The value of answering always the same: the share of the commonest class, or 0 for numbers.</summary>
    public double Floor => IsClasses ? (double)Truth.GroupBy(t => t).Max(g => g.Count()) / Rows : 0;

    /// <summary>The lowest accuracy of a class; null for numbers.</summary>
    public double? WorstClass => IsClasses ? Truth.Zip(Error).GroupBy(p => p.First).Min(g => 1 - g.Average(p => p.Second)) : null;

    /// <summary>Whether any answer for a row differs from that of another cell.</summary>
    public bool Differs(int row, CellScores other) => varies[row] || !Answer[row].Equals(other.Answer[row]);

    /// <summary>Share of rows of which any answer differs from that of another cell.</summary>
    public double Flips(CellScores other) => Enumerable.Range(0, Rows).Count(row => Differs(row, other)) / (double)Math.Max(1, Rows);

    /// <summary>Scores in which a row is wrong or right as given; the value is the share of right rows.</summary>
    public static CellScores OfShares(IReadOnlyList<bool> wrong)
    {
        var scores = new CellScores(new([], ["", ""], [], [], null, 0, 0, 0), wrong.Count);
        Array.Fill(scores.Scale, 1);
        for (var row = 0; row < wrong.Count; row++)
            scores.Error[row] = wrong[row] ? 1 : 0;
        return scores;
    }

    public static CellScores Of(StoredAnswers stored)
    {
        var origins = stored.Origins ?? [.. Enumerable.Range(0, stored.Answers.Count)];
        var scores = new CellScores(stored, origins.Count == 0 ? 0 : origins.Max() + 1);
        var mean = stored.Truth.Count == 0 ? 0 : stored.Truth.Average();
        Array.Fill(scores.Answer, double.NaN);
        var seen = new bool[scores.Rows];
        int unreadable = 0,
            confident = 0;
        var probabilities = false;
        for (var i = 0; i < origins.Count; i++)
        {
            var (row, truth, answer) = (origins[i], stored.Truth[i], stored.Answers[i].ToPrediction() as Prediction.Answered);
            var value = answer?.Value ?? double.NaN;
            if (!seen[row])
                (seen[row], scores.Truth[row], scores.Answer[row]) = (true, truth, value);
            scores.varies[row] |= !scores.Answer[row].Equals(value);
            unreadable += answer is null ? 1 : 0;
            if (scores.IsClasses)
            {
                var wrong = answer?.Value != truth;
                probabilities |= answer?.Probabilities is not null;
                confident += wrong && answer?.Probabilities?.Max() >= Confident ? 1 : 0;
                (scores.Error[row], scores.Scale[row]) = (Math.Max(scores.Error[row], wrong ? 1 : 0), 1);
            }
            else if (answer is not null)
                (scores.Error[row], scores.Scale[row]) = (
                    Math.Max(scores.Error[row], Math.Abs(answer.Value - truth)),
                    Math.Abs(truth - mean)
                );
        }
        scores.Unreadable = origins.Count == 0 ? 0 : (double)unreadable / origins.Count;
        scores.ConfidentlyWrong = probabilities ? (double)confident / origins.Count : null;
        return scores;
    }
}
