using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.InContext;

/// <summary>A way in which LIFT predicts.</summary>
/// <param name="Learner">The learner's name in specifications.</param>
/// <param name="Word">Its name where ways are listed ("in-context").</param>
/// <param name="Summary">One sentence for people who choose.</param>
public sealed record LiftWay(string Learner, string Word, string Title, string Summary);

/// <summary>
/// LIFT's ways to predict, shown side by side: fine-tuned as in the paper, and two that need the built-in network for contexts.
/// </summary>
public static class LiftWays
{
    public static LiftWay FineTuned { get; } =
        new(LiftSettings.LearnerName, "fine-tuned", "LIFT", "The paper's: the model is fine-tuned on the training rows, then asked.");
    public static LiftWay InContext { get; } =
        new(
            InContextSettings.LearnerName,
            "in-context",
            "LIFT in context",
            "No training: a network pretrained on made-up tables reads labelled rows and continues with the asked one."
        );
    public static LiftWay Average { get; } =
        new(
            AverageLearner.LearnerName,
            "average",
            "LIFT average",
            "The answers of both, averaged: classes in equal parts, numbers in the parts that fit the validation rows best."
        );

    public static IReadOnlyList<LiftWay> All { get; } = [FineTuned, InContext, Average];

    /// <summary>The ways beside the fine-tuned one; none in an edition without the network for contexts.</summary>
    public static IReadOnlyList<LiftWay> Others { get; } =
        File.Exists(Path.Combine(AppContext.BaseDirectory, "data", "models", InContextSettings.BuiltIn, ModelFolder.ConfigFile))
            ? [InContext, Average]
            : [];

    /// <summary>Whether a learner is one of LIFT's ways.</summary>
    public static bool Has(string learner) => All.Any(w => w.Learner == learner);

    /// <summary>The kind of a learner by its name, also of one that is known from results only: what is no way of LIFT is a
    /// baseline.</summary>
    public static LearnerKind KindOf(string learner) =>
        learner == FineTuned.Learner ? LearnerKind.Lift
        : Has(learner) ? LearnerKind.LiftWay
        : LearnerKind.Baseline;

    /// <exception cref="ArgumentException">No such way; the message lists those there are.</exception>
    public static LiftWay Named(string word) =>
        All.FirstOrDefault(w => w.Word == word)
        ?? throw new ArgumentException(
            $"there is no way to predict '{word}'; there are {string.Join(", ", All.Select(w => w.Word))}",
            nameof(word)
        );
}
