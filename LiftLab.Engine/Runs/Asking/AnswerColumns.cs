using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// The columns that the answers of one learner add to a table: <c>TARGET_predicted</c>, <c>_probability</c> (or <c>_deviation</c>),
/// <c>_readable</c>, <c>_text</c>, then <c>_probability_CLASS</c> for every class, or <c>_low</c> and <c>_high</c> of the interval.
/// </summary>
public sealed class AnswerColumns
{
    /// <summary>With more classes there are no columns for single classes.</summary>
    public const int MostClasses = 100;

    readonly Target target;
    readonly double? halfWidth;
    readonly bool perClass;

    /// <param name="stem">"species", or "species_knn" where several learners answer.</param>
    /// <param name="taken">Names that are in use; the new ones are added.</param>
    public AnswerColumns(string stem, Target target, AskedLearner learner, HashSet<string> taken)
    {
        (this.target, Learner, halfWidth) = (target, learner, learner.HalfWidth);
        perClass = target.Labels.Count is > 0 and <= MostClasses;
        string[] names =
        [
            "predicted",
            target.Certainty,
            "readable",
            "text",
            .. perClass ? target.Labels.Select(l => "probability_" + l)
            : target.Labels.Count == 0 ? ["low", "high"]
            : Array.Empty<string>(),
        ];
        Names = [.. names.Select(n => Free($"{stem}_{n}"))];

        string Free(string name)
        {
            while (!taken.Add(name))
                name += "_";
            return name;
        }
    }

    public AskedLearner Learner { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The cells of a row; empty where there is no value.</summary>
    public IReadOnlyList<string> Cells(Prediction answer)
    {
        var answered = answer as Prediction.Answered;
        List<string> cells =
        [
            answered is null ? "" : target.Write(answered.Value),
            Number(target.CertaintyOf(answer)),
            answered is null ? "false" : "true",
            answered is null ? (answer as Prediction.Unreadable)?.Text ?? "" : answered.Text ?? "",
        ];
        if (perClass)
            cells.AddRange(target.Labels.Select((_, k) => Number(answered?.Probabilities?[k])));
        else if (target.Labels.Count == 0)
            cells.AddRange([Number(answered?.Value - halfWidth), Number(answered?.Value + halfWidth)]);
        return cells;
    }

    static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
