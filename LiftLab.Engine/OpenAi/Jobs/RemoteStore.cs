namespace LiftLab.Engine.OpenAi.Jobs;

/// <summary>Keeps the <see cref="RemoteState"/> of a run on disk while jobs side by side change it. Thread-safe.</summary>
sealed class RemoteStore
{
    readonly Lock gate = new();
    readonly string folder;

    /// <param name="folder">The run's checkpoint folder; empty for none, where a crash forgets the jobs.</param>
    /// <param name="rates">One job each; one job at the provider's rate if there are none.</param>
    public RemoteStore(string folder, IReadOnlyList<double> rates)
    {
        this.folder = folder;
        // What was deleted at the provider is made anew.
        if (folder.Length > 0 && RemoteState.Read(folder) is { Deleted: null } known)
        {
            (State, WasThere) = (known, true);
            return;
        }
        var key = Guid.NewGuid().ToString("N")[..16];
        double?[] each = rates.Count == 0 ? [null] : [.. rates];
        State = new(key)
        {
            Training = new($"liftlab-{key}-train.jsonl"),
            Jobs = [.. each.Select((rate, i) => new RemoteJob(FormattableString.Invariant($"{key}-{i}"), rate))],
        };
        // Before the first request, so that whatever is created can be found again.
        Save();
    }

    public RemoteState State { get; private set; }

    /// <summary>An earlier attempt may have created files and jobs.</summary>
    public bool WasThere { get; }

    public void Put(RemoteState state)
    {
        lock (gate)
        {
            State = state;
            Save();
        }
    }

    public void Put(RemoteJob job)
    {
        lock (gate)
        {
            State = State.With(job);
            Save();
        }
    }

    void Save()
    {
        if (folder.Length > 0)
            State.Write(folder);
    }
}
