using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Work;

/// <summary>
/// Prepares a run that has ended so that its next attempt trains on from the last checkpoint: the results of the main learner, of learners
/// that build on it, and of the whole run are removed; results of baselines stay.
/// </summary>
public static class Continuation
{
    /// <summary>Most epochs that can be added at once.</summary>
    public const int MostEpochs = 10_000;

    /// <param name="find">Finds a learner by name.</param>
    /// <param name="epochs">Passes over the training rows beyond those that were planned, or beyond the last one where training was
    /// stopped early; 0 for the planned end.</param>
    /// <exception cref="BadDataException">The folder cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The learner cannot go on, or its checkpoint was deleted.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of epochs.</exception>
    public static async Task PrepareAsync(RunFolder folder, Func<string, LearnerEntry> find, int epochs, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epochs, MostEpochs);
        var spec = folder.ReadSpec();
        var main = spec.Learner.Name;
        var story = RunStory.Read(folder, main);
        var kept = new KeptFiles(folder);
        if (kept.DeletedAt is not null)
            throw new InvalidOperationException("The run's checkpoints were deleted: it cannot go on. Start a new run.");
        if (epochs > 0)
        {
            if (find(main).Longer is not { } longer)
                throw new InvalidOperationException($"{find(main).Title} does not train in epochs: it cannot go on.");
            var task = await folder.LoadAsync(spec, cancel);
            var learner = longer(spec.Learner, task, folder.ReadReport()?.StoppedEarly == true ? story.LastStep?.Epoch : null, epochs);
            folder.Rewrite(spec with { Learner = learner });
        }
        foreach (var name in spec.Baselines.Select(b => b.Name).Where(b => find(b).BuildsOnMain).Append(main))
        {
            File.Delete(folder.ResultFile(name));
            kept.Remove(name);
        }
        folder.RemoveReport();
        foreach (var request in (string[])[folder.StopFile, folder.CancelFile, folder.PauseFile])
            File.Delete(request);
    }
}
