using System.Text.Json.Nodes;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>The answers of a probe, with all that scores need, so that a figure is drawn without reading a table.</summary>
/// <param name="Probe">The JSON that was hashed for the key.</param>
/// <param name="Labels">Class labels in class order; empty for numbers.</param>
/// <param name="Truth">The targets of the answers: class index or number. Shape (answers).</param>
/// <param name="Answers">One per test row, or several where the perturbation asks several times about a row.</param>
/// <param name="Origins">Position of the clean test row of each answer; null where answer i belongs to test row i.</param>
/// <param name="Touched">Number of rows that the perturbation changed or added.</param>
/// <param name="Settings">What the learner chose.</param>
public sealed record StoredAnswers(
    JsonObject Probe,
    IReadOnlyList<string> Labels,
    IReadOnlyList<double> Truth,
    IReadOnlyList<RowAnswer> Answers,
    IReadOnlyList<int>? Origins,
    int Touched,
    double FitSeconds,
    double PredictSeconds,
    JsonObject? Settings = null
);
