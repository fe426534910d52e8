using LiftLab.Engine.Runs.Resident;

namespace LiftLab.Engine.Launching.Resident;

/// <summary>
/// The resident workers of finished runs, one per run: started by the first question, ended after an idle time, when another run needs the
/// room, or with this program. A worker that dies is started again by the next question.
/// </summary>
/// <param name="engine">The engine's executable or .dll; null for the one in this program's folder.</param>
/// <param name="secrets">The keys that the models of a run need, by its folder; null for none.</param>
public sealed class ResidentPool(string? engine, ResidentRoom room, TimeProvider clock, Func<string, JobSecrets>? secrets = null)
    : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1, 1);
    readonly Dictionary<string, Resident> residents = new(StringComparer.Ordinal);
    ITimer? timer;
    bool closed;

    sealed class Resident(ResidentProcess process)
    {
        public ResidentProcess Process => process;
        public DateTimeOffset Asked { get; set; }

        /// <summary>Questions on their way to the process or with it.</summary>
        public int Going { get; set; }
    }

    /// <summary>A worker has started or ended. Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>The run folders whose models are kept open now.</summary>
    public IReadOnlyCollection<string> Open
    {
        get
        {
            lock (residents)
                return [.. residents.Where(r => !r.Value.Process.IsGone).Select(r => r.Key)];
        }
    }

    /// <summary>The process of a run's worker; null for none.</summary>
    public ResidentProcess? Find(string runPath)
    {
        lock (residents)
            return residents.GetValueOrDefault(runPath) is { Process: { IsGone: false } process } ? process : null;
    }

    /// <summary>
    /// Asks the run's worker. A short question is asked once more where the worker dies over it; a table is not, because its work is long,
    /// nor is a text of which parts have been told.
    /// </summary>
    /// <param name="runPath">The run's folder, absolute.</param>
    /// <exception cref="ResidentRefusedException">The question cannot be answered, or there is no room for the models.</exception>
    /// <exception cref="ResidentGoneException">The worker died over the question.</exception>
    /// <exception cref="LaunchFailedException">No worker could be started.</exception>
    public async Task<ResidentAnswer> AskAsync(
        string runPath,
        ResidentQuestion question,
        Action<ResidentNews>? news = null,
        CancellationToken cancel = default
    )
    {
        for (var again = question is not (ResidentQuestion.Table or ResidentQuestion.Texts { Streams: true }); ; again = false)
        {
            var resident = await EnterAsync(runPath, cancel);
            try
            {
                return await resident.Process.AskAsync(question, news, cancel);
            }
            catch (ResidentGoneException) when (again) { }
            finally
            {
                lock (residents)
                    (resident.Going, resident.Asked) = (resident.Going - 1, clock.GetUtcNow());
            }
        }
    }

    /// <summary>Ends a run's worker, because the run is deleted or its models change. Questions on their way fail.</summary>
    public async Task EndAsync(string runPath)
    {
        Resident? resident;
        lock (residents)
            residents.Remove(runPath, out resident);
        if (resident is null)
            return;
        await resident.Process.DisposeAsync();
        Changed?.Invoke();
    }

    async Task<Resident> EnterAsync(string runPath, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            lock (residents)
                if (residents.GetValueOrDefault(runPath) is { Process.IsGone: false } there)
                {
                    there.Going++;
                    there.Asked = clock.GetUtcNow();
                    return there;
                }
            await EndAsync(runPath);
            await MakeRoomAsync(runPath);
            var resident = new Resident(ResidentProcess.Start(engine, runPath, secrets?.Invoke(runPath)))
            {
                Going = 1,
                Asked = clock.GetUtcNow(),
            };
            lock (residents)
                residents[runPath] = resident;
            timer ??= clock.CreateTimer(_ => _ = LeaveAsync(), null, room.Idle / 4, room.Idle / 4);
            _ = resident.Process.Gone.ContinueWith(_ => Changed?.Invoke(), TaskScheduler.Default);
            Changed?.Invoke();
            return resident;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Ends the least recently asked idle workers until there is room in number and in memory.</summary>
    /// <exception cref="ResidentRefusedException">There is no room, because all others answer or the memory is too small.</exception>
    async Task MakeRoomAsync(string runPath)
    {
        var need = room.Need(runPath);
        while (true)
        {
            string? oldest;
            int count;
            lock (residents)
            {
                foreach (var gone in residents.Where(r => r.Value.Process.IsGone).Select(r => r.Key).ToArray())
                    residents.Remove(gone);
                count = residents.Count;
                oldest = residents.Where(r => r.Value.Going == 0).OrderBy(r => r.Value.Asked).Select(r => r.Key).FirstOrDefault();
            }
            var free = room.Free();
            if (count < room.Most && (free is null || need <= free))
                return;
            if (oldest is null)
                throw new ResidentRefusedException(
                    count >= room.Most
                        ? new(
                            "residents-busy",
                            FormattableString.Invariant($"the models of {count} other runs are answering, and no more are kept at once"),
                            "Wait until one is done, cancel one, or raise LiftLab:MaxResidentModels."
                        )
                        : new(
                            "resident-memory",
                            $"the run's models need about {ByteWords.Of(need)} of memory, and {ByteWords.Of(free ?? 0)} are free",
                            "Close other programs, wait until running work is done, or ask a learner of a run with a smaller model."
                        )
                );
            await EndAsync(oldest);
        }
    }

    async Task LeaveAsync()
    {
        await gate.WaitAsync();
        try
        {
            string[] idle;
            lock (residents)
                idle = [.. residents.Where(r => r.Value.Going == 0 && clock.GetUtcNow() - r.Value.Asked >= room.Idle).Select(r => r.Key)];
            foreach (var one in idle)
                await EndAsync(one);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        try
        {
            closed = true;
            if (timer is not null)
                await timer.DisposeAsync();
            string[] all;
            lock (residents)
                all = [.. residents.Keys];
            await Task.WhenAll(all.Select(EndAsync));
        }
        finally
        {
            gate.Release();
        }
    }
}
