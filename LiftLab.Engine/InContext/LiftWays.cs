using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Instruct;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.OpenAi;

namespace LiftLab.Engine.InContext;

/// <summary>A way in which LIFT predicts.</summary>
/// <param name="Learner">The learner's name in specifications.</param>
/// <param name="Word">Its name in lists of ways ("in-context").</param>
/// <param name="Summary">One sentence that helps to choose.</param>
public sealed record LiftWay(string Learner, string Word, string Title, string Summary);

/// <summary>LIFT's ways to predict: fine-tuned as in the paper, and two that need the built-in network for contexts.</summary>
public static class LiftWays
{
    public static LiftWay FineTuned { get; } =
        new(
            LiftSettings.LearnerName,
            "fine-tuned",
            "LIFT",
            "As in the paper: the model is fine-tuned on the training rows and then predicts."
        );
    public static LiftWay InContext { get; } =
        new(
            InContextSettings.LearnerName,
            "in-context",
            "LIFT in context",
            "No training: a network pretrained on synthetic tables reads labelled rows and predicts the next one."
        );
    public static LiftWay Average { get; } =
        new(
            AverageLearner.LearnerName,
            "average",
            "LIFT average",
            "The average of both answers: classes with equal weights, numbers with the weights that fit the validation rows best."
        );

    /// <summary>As in the paper with GPT-3. It replaces <see cref="FineTuned"/> in a run and is not one of the ways beside it.</summary>
    public static LiftWay Provider { get; } =
        new(OpenAiSettings.LearnerName, "provider", OpenAiSettings.Title, "A service fine-tunes and serves the model; it costs money.");

    public static IReadOnlyList<LiftWay> All { get; } = [FineTuned, InContext, Average];

    /// <summary>The ways other than fine-tuning; empty in an edition without the network for contexts.</summary>
    public static IReadOnlyList<LiftWay> Others { get; } =
        File.Exists(Path.Combine(AppContext.BaseDirectory, "data", "models", InContextSettings.BuiltIn, ModelFolder.ConfigFile))
            ? [InContext, Average]
            : [];

    /// <summary>Whether a learner is one of LIFT's ways.</summary>
    public static bool Has(string learner) => All.Any(w => w.Learner == learner);

    /// <summary>
    /// The kind of a learner by its name, also of one that is known from results only: a learner that is not a way of LIFT is a baseline.
    /// </summary>
    public static LearnerKind KindOf(string learner) =>
        learner == FineTuned.Learner || learner == Provider.Learner || learner == InstructLearner.LearnerName ? LearnerKind.Lift
        : Has(learner) ? LearnerKind.LiftWay
        : LearnerKind.Baseline;

    /// <exception cref="ArgumentException">There is no such way; the message lists the available ones.</exception>
    public static LiftWay Named(string word) =>
        All.FirstOrDefault(w => w.Word == word)
        ?? throw new ArgumentException(
            $"there is no way to predict '{word}'; available: {string.Join(", ", All.Select(w => w.Word))}",
            nameof(word)
        );
}
