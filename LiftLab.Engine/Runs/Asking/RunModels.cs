using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// The models of a finished run, opened when they are first asked and kept open. Predictors are not safe for concurrent use, so they are
/// asked one question at a time; long work asks in pieces, between which others have their turn.
/// </summary>
public sealed class RunModels : IDisposable
{
    readonly Func<string, LearnerEntry> find;
    readonly KeptModels kept;
    readonly bool refit;
    readonly SemaphoreSlim turn = new(1, 1);
    readonly Dictionary<string, IPredictor> opened = new(StringComparer.Ordinal);

    RunModels(OpenRun run, Func<string, LearnerEntry> find, bool refit)
    {
        (Run, this.find, this.refit) = (run, find, refit);
        kept = new(run.Folder, run.Spec, run.Task, find, refit);
        AskedLearner[] able =
        [
            .. Named()
                .Select(l => (Spec: l, Outcome: run.Folder.ReadOutcome(l.Name)))
                .Where(l => l.Outcome?.Result.Failure is null)
                .Select(l => AskedLearner.Of(l.Spec, find(l.Spec.Name), l.Outcome, run.Task)),
        ];
        // In the run, a learner that builds on others found their answers for the test rows in memory; for new rows it asks them.
        var built = able.Where(l => l.Kind != LearnerKind.Baseline).Sum(l => l.SecondsPerRow);
        Learners = [.. able.Select(l => find(l.Name).BuildsOnMain ? l with { SecondsPerRow = built } : l)];
    }

    public OpenRun Run { get; }

    /// <summary>The learners that did not fail in the run, the main one first.</summary>
    public IReadOnlyList<AskedLearner> Learners { get; }

    /// <param name="refit">Whether models that were deleted are fitted again.</param>
    /// <exception cref="BadDataException">The folder cannot be read, or the run has not finished.</exception>
    public static async Task<RunModels> OpenAsync(
        RunFolder folder,
        Func<string, LearnerEntry> find,
        bool refit = false,
        CancellationToken cancel = default
    )
    {
        var spec = folder.ReadSpec();
        if (folder.ReadReport() is null)
            throw Bad("run-not-finished", "this run has no report: it has not finished", "Resume it, or name another run.");
        return new(new(folder, spec, await folder.LoadAsync(spec, cancel)), find, refit);
    }

    /// <param name="name">Null for the run's main learner.</param>
    /// <exception cref="ArgumentException">The run has no such learner.</exception>
    /// <exception cref="BadDataException">The learner failed in the run.</exception>
    public AskedLearner Find(string? name)
    {
        name ??= Run.Spec.Learner.Name;
        if (Learners.FirstOrDefault(l => l.Name == name) is { } found)
            return found;
        if (Named().All(l => l.Name != name))
            throw new ArgumentException($"--learner: the run has no '{name}'; it has {string.Join(", ", Named().Select(l => l.Name))}");
        throw Bad(
            "learner-failed",
            $"{name} failed in this run: {Run.Folder.ReadOutcome(name)?.Result.Failure}",
            "Name another learner of the run."
        );
    }

    /// <summary>Asks a learner's model, which is opened first where it is not open.</summary>
    /// <exception cref="KeptModelException">The model is damaged, was deleted or was never kept.</exception>
    public async Task<T> AskAsync<T>(AskedLearner learner, Func<IPredictor, Task<T>> question, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            return await question(await OpenedAsync(learner, cancel));
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Lets the run's main learner continue texts, in its turn.</summary>
    /// <exception cref="ArgumentException">The main learner is no language model.</exception>
    /// <exception cref="KeptModelException">The model is damaged, was deleted or was never kept.</exception>
    public Task WriteAsync(Func<IContinuesText, Task> question, CancellationToken cancel) =>
        AskAsync(
            Find(null),
            async model =>
            {
                await question(
                    model as IContinuesText
                        ?? throw new ArgumentException($"{Find(null).Title} is no language model: it continues no texts")
                );
                return true;
            },
            cancel
        );

    async Task<IPredictor> OpenedAsync(AskedLearner learner, CancellationToken cancel)
    {
        // settings of decoding may differ from the run's
        var key = learner.Spec.Name + " " + learner.Spec.Settings?.ToJsonString();
        if (opened.TryGetValue(key, out var model))
            return model;
        if (!refit && learner.Kind != LearnerKind.Baseline && !IsKept(learner))
            throw new KeptModelException(
                "not-kept",
                $"the model of {learner.Title} was not kept in run {Run.Folder.Id}",
                "Copy the whole run folder again, ask one of the run's other learners, or fit it again: 'predict' with --refit does so."
            );
        return opened[key] = await kept.OpenAsync(learner.Spec, null, cancel);
    }

    /// <summary>Whether a learner's model lies in the run's folder, or was deleted, which <see cref="KeptModels"/> says.</summary>
    bool IsKept(AskedLearner learner)
    {
        var files = new KeptFiles(Run.Folder);
        return files.DeletedAt is not null
            || files.Find(learner.Name) is not null
            || find(learner.Name).Kind == LearnerKind.LiftWay && files.Find(Run.Spec.Learner.Name) is not null;
    }

    IEnumerable<LearnerSpec> Named() => [Run.Spec.Learner, .. Run.Spec.Baselines];

    static BadDataException Bad(string code, string what, string whatToDo) => new([new(Severity.Error, code, what, whatToDo)]);

    public void Dispose()
    {
        foreach (var model in opened.Values)
            model.Dispose();
        turn.Dispose();
    }
}
