using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>
/// Puts the answers of a finished run into its lab's store, so that studies of the same table take them: a run is a clean fit with one
/// question, and its key is that of a study's clean cell.
/// </summary>
public static class RunAnswers
{
    /// <param name="find">Finds a learner by name.</param>
    /// <returns>Number of learners whose answers were put; 0 outside a lab.</returns>
    public static async Task<int> PublishAsync(RunFolder run, Func<string, LearnerEntry> find, CancellationToken cancel = default)
    {
        if (StudyFolder.LabAnswers(Path.GetDirectoryName(run.Path)) is not { } shared || run.ReadReport() is not { StoppedEarly: false })
            return 0;
        var spec = run.ReadSpec();
        var task = await run.LoadAsync(spec, cancel);
        // A split made by other means than the seed has no key.
        var made = Tables.Splits.SplitMaker.Make(task.Table, spec.Schema, spec.SplitSeed);
        if (!made.Train.SequenceEqual(task.Split.Train) || !made.Test.SequenceEqual(task.Split.Test))
            return 0;
        var (store, key, count) = (new AnswerStore(shared, shared), TableKey.Of(task.Table), 0);
        foreach (var learner in spec.Baselines.Prepend(spec.Learner).Where(l => IsWhole(l, find)))
        {
            if (run.ReadOutcome(learner.Name) is not { Result: { Failure: null } result, Answers: { Count: > 0 } answers })
                continue;
            var probe = ProbeKey.Of(new(new(key, spec.SplitSeed, null, learner, spec.Seed)), spec.Schema, find);
            if (store.Has(probe.Hash))
                continue;
            store.Put(
                probe,
                new(
                    probe.Json,
                    task.Labels,
                    [.. answers.Select(a => task.Targets[a.Row])],
                    answers,
                    null,
                    0,
                    result.FitSeconds,
                    result.PredictSeconds,
                    result.Settings
                ),
                []
            );
            count++;
        }
        return count;
    }

    /// <summary>A learner that builds on the run's LIFT, or continues from another run, depends on more than a probe's key has.</summary>
    static bool IsWhole(LearnerSpec learner, Func<string, LearnerEntry> find) =>
        !find(learner.Name).BuildsOnMain && learner.Settings?["start"] is null;
}
