namespace LiftLab.Engine.Launching;

/// <summary>
/// Environment variables of a job that nobody may read: keys of providers. A launcher hands them to the process and writes them nowhere;
/// one that could only write them into a script or a command line refuses the job. Their values are in no text of this object.
/// </summary>
public sealed class JobSecrets(IReadOnlyDictionary<string, string> variables)
{
    public static JobSecrets None { get; } = new(new Dictionary<string, string>());

    public bool IsEmpty => variables.Count == 0;

    /// <summary>Sets them in the environment of a process that is about to be started.</summary>
    public void Hand(IDictionary<string, string?> environment)
    {
        foreach (var (name, value) in variables)
            environment[name] = value;
    }

    /// <summary>For a launcher that has no way to hand them over.</summary>
    /// <exception cref="LaunchFailedException">There are some.</exception>
    public void Refuse(string launcher)
    {
        if (!IsEmpty)
            throw new LaunchFailedException(
                $"the launcher '{launcher}' cannot hand over the key of a provider without writing it down: run this on the dashboard's own machine"
            );
    }

    public override string ToString() => FormattableString.Invariant($"{variables.Count} secrets");
}
