using LiftLab.Engine.Experiments.Questions;

namespace LiftLab.Engine.Experiments;

/// <summary>Every question, one line each, in the order in which pages and the command line list them.</summary>
public static class ExperimentList
{
    public static IReadOnlyList<Experiment> All { get; } =
    [
        new RobustnessOfOwnTable(),
        new LabelCorruption(),
        new OutlierRows(),
        new NoisyFeatures(),
        new AdversarialRows(),
        new IncompleteRows(),
        new SampleEfficiency(),
        new ClassImbalance(),
        new PromptSensitivity(),
        new AveragedSamples(),
        new AccuracyOverTables(),
    ];

    /// <exception cref="ArgumentException">There is no experiment of that name; the message lists the names.</exception>
    public static Experiment Find(string name) =>
        All.FirstOrDefault(e => e.Name == name)
        ?? throw new ArgumentException(
            $"there is no experiment '{name}'; the experiments are {string.Join(", ", All.Select(e => e.Name))}"
        );
}
