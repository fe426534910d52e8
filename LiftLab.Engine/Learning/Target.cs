using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// What a task predicts: <see cref="Classes"/> or a <see cref="Number"/>. It carries everything that differs between the two, so that
/// other code does not ask for the kind of task. A value is a class's index in <see cref="Labels"/>, or the number in the target's unit.
/// </summary>
public abstract partial class Target
{
    Target() { }

    /// <param name="rows">The rows whose cells define the classes; a missing cell defines none.</param>
    public static Target Of(Schema schema, Column column, IEnumerable<int> rows) =>
        schema.Task == TaskKind.Classification
            ? new Classes(ClassLabels.InOrder(rows.Select(r => column.Cells[r]).Where(cell => cell.Length > 0)))
            : new Number(schema.Target.Unit);

    /// <summary>From what a specification or a report stores.</summary>
    public static Target Of(TaskKind kind, IReadOnlyList<string> labels, string? unit = null) =>
        kind == TaskKind.Classification ? new Classes(labels) : new Number(unit);

    /// <summary>Writes what <see cref="Open"/> makes the same target of.</summary>
    public abstract void Keep(KeptWriter into);

    /// <summary>The target of a kept model.</summary>
    public static Target Open(KeptReader from) =>
        from.Has("labels") ? new Classes(from.Texts("labels"))
        : from.Has("unit") ? new Number(from.Text("unit"))
        : new Number(null);

    /// <summary>The name under which specifications, the database and the command line store the kind of task.</summary>
    public abstract TaskKind Kind { get; }

    /// <summary>"classes" or "numbers", for sentences.</summary>
    public abstract string Plural { get; }

    /// <summary>Class labels in class order; empty for a number.</summary>
    public abstract IReadOnlyList<string> Labels { get; }

    /// <summary>The metric by which learners are ranked.</summary>
    public abstract Metric Headline { get; }

    /// <summary>The headline over several tables: for numbers one without a unit.</summary>
    public abstract Metric HeadlineOverTables { get; }

    /// <summary>The value that a cell states; null where it states none.</summary>
    public abstract double? Read(string cell);

    /// <summary>The cell that states a value. <c>Read(Write(value)) == value</c>.</summary>
    public abstract string Write(double value);

    /// <summary>The value of every cell. Shape (rows); NaN where a cell states none.</summary>
    public virtual IReadOnlyList<double> Values(Column column) => [.. column.Cells.Select(cell => Read(cell) ?? double.NaN)];

    /// <summary>The groups inside which the bootstrap resamples rows. Shape as <paramref name="values"/>.</summary>
    public abstract int[] Strata(IEnumerable<double> values);

    /// <summary>Every metric as a function of how often each row counts, the headline first.</summary>
    /// <param name="truth">Values. Shape (N), as <paramref name="predictions"/>.</param>
    public abstract IReadOnlyList<(Metric Metric, Measure Measure)> Measures(
        IReadOnlyList<double> truth,
        IReadOnlyList<Prediction> predictions
    );

    /// <summary>Whether an answer is right; null for numbers, which are more or less near. An unreadable answer is not right.</summary>
    public abstract bool? IsRight(Prediction answer, double truth);

    /// <summary>What a model may tell of how certain it is: "probability" or "deviation".</summary>
    public abstract string Certainty { get; }

    /// <summary>
    /// Probability (0 to 1) of the predicted class, or predictive standard deviation in the target's unit; null where the model gives none
    /// and for an unreadable answer.
    /// </summary>
    public abstract double? CertaintyOf(Prediction answer);

    /// <summary>
    /// Probability (0 to 1) of the predicted class, 1 where the model gives no probabilities; null for an unreadable answer and for
    /// numbers.
    /// </summary>
    public abstract double? Confidence(Prediction answer);

    /// <summary>
    /// One answer out of several models' answers for a row: the mean of probabilities, or the mixture of numbers. Unreadable answers are
    /// left out; the result is unreadable where all of them are.
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

    /// <summary>Validation rows that <see cref="BestPart"/> needs at most; 0 for classes.</summary>
    public abstract int RowsForPart { get; }

    /// <summary>
    /// The weight w (0 to 1) of the first model that gives w a + (1 - w) b the least squared error; 0.5 for classes, whose probabilities
    /// count equally, and where fewer than 20 rows have both answers.
    /// </summary>
    public abstract double BestPart(IReadOnlyList<Prediction> first, IReadOnlyList<Prediction> second, IReadOnlyList<double> truth);

    /// <summary>What validation tells of an epoch.</summary>
    /// <param name="loss">Mean cross-entropy of the answers' tokens, in nats per token.</param>
    /// <returns>The headline over the readable answers, null where none is readable; and what epochs are ranked by, higher is
    /// better.</returns>
    public abstract (double? Headline, double Rank) Validate(IReadOnlyList<Prediction> answers, IReadOnlyList<double> truth, double loss);

    protected abstract Prediction Mixture(IReadOnlyList<(Prediction.Answered Answer, double Part)> answers);
}
