using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// The target of a task: <see cref="Classes"/> or a <see cref="Number"/>. It implements everything that differs between the two, so that
/// other code does not test the kind of task. A value is the index of a class in <see cref="Labels"/>, or a number in the target's unit.
/// </summary>
public abstract partial class Target
{
    Target() { }

    /// <param name="rows">The rows whose cells define the classes; a missing cell defines none.</param>
    public static Target Of(Schema schema, Column column, IEnumerable<int> rows) =>
        schema.Task == TaskKind.Classification
            ? new Classes(ClassLabels.InOrder(rows.Select(r => column.Cells[r]).Where(cell => cell.Length > 0)))
            : new Number(schema.Target.Unit);

    /// <summary>Creates a target from the fields that a specification or a report stores.</summary>
    public static Target Of(TaskKind kind, IReadOnlyList<string> labels, string? unit = null) =>
        kind == TaskKind.Classification ? new Classes(labels) : new Number(unit);

    /// <summary>Writes this target, for <see cref="Open"/>.</summary>
    public abstract void Keep(KeptWriter into);

    /// <summary>Reads the target of a kept model.</summary>
    public static Target Open(KeptReader from) =>
        from.Has("labels") ? new Classes(from.Texts("labels"))
        : from.Has("unit") ? new Number(from.Text("unit"))
        : new Number(null);

    /// <summary>The kind of task, as specifications, the database and the command line store it.</summary>
    public abstract TaskKind Kind { get; }

    /// <summary>"classes" or "numbers", for sentences.</summary>
    public abstract string Plural { get; }

    /// <summary>Class labels in class order; empty for a number.</summary>
    public abstract IReadOnlyList<string> Labels { get; }

    /// <summary>The name of the answers over one numeric feature.</summary>
    public const string CurveName = "response curve";

    /// <summary>The name of the answers over two numeric features: "decision boundary" or "response surface".</summary>
    public abstract string SurfaceName { get; }

    /// <summary>Whether the answers can also be drawn over one numeric feature, as a response curve.</summary>
    public abstract bool IsDrawnOverOne { get; }

    /// <summary>How far figures over features extend beyond the training rows on each side, as a share of the rows' range.</summary>
    public abstract double BeyondRows { get; }

    /// <summary>The metric by which learners are ranked.</summary>
    public abstract Metric Headline { get; }

    /// <summary>The metric by which learners are ranked over several tables: for numbers a metric without a unit.</summary>
    public abstract Metric HeadlineOverTables { get; }

    /// <summary>Parses a cell; null where it is not a value of this target.</summary>
    public abstract double? Read(string cell);

    /// <summary>Formats a value as a cell. <c>Read(Write(value)) == value</c>.</summary>
    public abstract string Write(double value);

    /// <summary>The value of every cell; NaN where the cell is not a value of this target. Shape (rows).</summary>
    public virtual IReadOnlyList<double> Values(Column column) => [.. column.Cells.Select(cell => Read(cell) ?? double.NaN)];

    /// <summary>The strata of the bootstrap: rows are resampled within each. Shape as <paramref name="values"/>.</summary>
    public abstract int[] Strata(IEnumerable<double> values);

    /// <summary>Every metric as a function of the row weights, the headline first.</summary>
    /// <param name="truth">Values. Shape (N), as <paramref name="predictions"/>.</param>
    public abstract IReadOnlyList<Measured> Measures(IReadOnlyList<double> truth, IReadOnlyList<Prediction> predictions);

    /// <summary>Whether the answer is correct; null for numbers. An unreadable class is not correct.</summary>
    public abstract bool? IsRight(Prediction answer, double truth);

    /// <summary>The measure of certainty that models may give: "probability" or "deviation".</summary>
    public abstract string Certainty { get; }

    /// <summary>
    /// Probability (0 to 1) of the predicted class, or predictive standard deviation in the target's unit; null where the model gives none
    /// or the answer is unreadable.
    /// </summary>
    public abstract double? CertaintyOf(Prediction answer);

    /// <summary>
    /// Probability (0 to 1) of the predicted class, 1 where the model gives no probabilities; null for an unreadable answer and for
    /// numbers.
    /// </summary>
    public abstract double? Confidence(Prediction answer);

    /// <summary>
    /// Combines the answers of several models for one row: the mean of the probabilities, or the mixture of the numbers. Unreadable answers
    /// are left out; the result is unreadable if all are.
    /// </summary>
    /// <param name="answers">At least one.</param>
    /// <param name="parts">Weight of each answer; they sum to 1.</param>
    public Prediction Combine(IReadOnlyList<Prediction> answers, IReadOnlyList<double> parts)
    {
        int[] readable = [.. Enumerable.Range(0, answers.Count).Where(i => answers[i] is Prediction.Answered)];
        if (readable.Length == 0)
            return answers[0];
        if (readable.Length == 1)
            return answers[readable[0]];
        var all = readable.Length == answers.Count ? 1 : readable.Sum(i => parts[i]);
        return Mixture([.. readable.Select(i => ((Prediction.Answered)answers[i], parts[i] / all))]);
    }

    /// <summary>Maximum number of validation rows that <see cref="BestPart"/> uses; 0 for classes.</summary>
    public abstract int RowsForPart { get; }

    /// <summary>
    /// The weight w (0 to 1) of the first model that minimises the squared error of w a + (1 - w) b. 0.5 for classes, whose probabilities
    /// have equal weights, and where both models answered fewer than 20 rows.
    /// </summary>
    public abstract double BestPart(IReadOnlyList<Prediction> first, IReadOnlyList<Prediction> second, IReadOnlyList<double> truth);

    /// <summary>Evaluates an epoch on validation rows.</summary>
    /// <param name="loss">Mean cross-entropy of the answers' tokens, in nats per token.</param>
    /// <returns>The headline metric over the readable answers, null where none is readable; and the rank of the epoch, higher is
    /// better.</returns>
    public abstract (double? Headline, double Rank) Validate(IReadOnlyList<Prediction> answers, IReadOnlyList<double> truth, double loss);

    protected abstract Prediction Mixture(IReadOnlyList<(Prediction.Answered Answer, double Part)> answers);
}
