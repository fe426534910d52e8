namespace LiftLab.Web.Storage.People;

/// <summary>
/// Whoever asks: a person, the holder of the lab's one token, a program with the key of the OpenAI-compatible server, or anyone where
/// nobody signs in. The role is looked up at each question, so that a change or a revocation holds at once.
/// </summary>
/// <param name="name">What is written down as who started something; null where nobody signs in.</param>
/// <param name="role">Null once the visitor is no longer let in.</param>
public sealed partial class Visitor(string? name, Func<Role?> role, ILogger log)
{
    static readonly AsyncLocal<Visitor?> Flowing = new();

    /// <summary>
    /// Who has caused what is executed now: set for each request and each event of a page, and passed on to tasks. Null for the lab's own
    /// work (the supervisor, the start, retention), which is allowed everything.
    /// </summary>
    public static Visitor? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    public string? Name => name;

    public Role? Role => role();

    /// <summary>
    /// Whether it may also change what was started before anybody signed in: an older job of the OpenAI-compatible server.
    /// </summary>
    public bool OwnsUnnamed { get; init; }

    /// <summary>Whether the visitor has a session that signing out ends; false behind a reverse proxy, which signs in itself.</summary>
    public bool HasSession { get; init; }

    /// <summary>The same visitor, let in only while a condition holds.</summary>
    public Visitor While(Func<bool> holds, bool hasSession) =>
        new(name, () => holds() ? role() : null, log) { OwnsUnnamed = OwnsUnnamed, HasSession = hasSession };

    public bool Has(Role least) => Role >= least;

    public bool Owns(string? owner) => owner is null ? OwnsUnnamed : string.Equals(owner, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why the visitor may not do what needs a role, as a sentence; null where it may.</summary>
    public string? WhyNot(Role least) =>
        Role is not { } has ? "You are not signed in any more: sign in again."
        : has >= least ? null
        : $"Your role, {has.Word()}, {has.Allows()}. This needs the role {least.Word()}: ask an administrator of the lab.";

    /// <summary>Why the visitor may not change what somebody has started, as a sentence; null where it may.</summary>
    /// <param name="owner">Who has started it; null where that is not known.</param>
    public string? WhyNotOwn(string? owner) =>
        WhyNot(People.Role.Run) is { } why ? why
        : Has(People.Role.Administer) || Owns(owner) ? null
        : $"{(owner is null ? "It is not known who has started this" : $"This was started by {owner}")}. "
            + "Your role, run, changes only what you have started: ask an administrator of the lab.";

    /// <summary>Refuses what the role of <see cref="Current"/> does not allow.</summary>
    /// <param name="deed">"start a run".</param>
    /// <exception cref="NotAllowedException">It needs more than the role allows.</exception>
    public static void Demand(Role least, string deed) => Current?.Refuse(Current.WhyNot(least), deed);

    /// <summary>Refuses a change of what somebody else has started.</summary>
    /// <inheritdoc cref="Demand"/>
    public static void DemandOwn(string? owner, string deed) => Current?.Refuse(Current.WhyNotOwn(owner), deed);

    /// <summary>Writes into the log who has changed what.</summary>
    /// <param name="deed">"start run 2026…".</param>
    public static void Note(string deed)
    {
        if (Current is { } who)
            Changed(who.log, who.Name ?? "somebody on this machine", deed);
    }

    readonly ILogger log = log;

    void Refuse(string? why, string deed)
    {
        if (why is null)
            return;
        Refused(log, Name ?? "somebody", deed);
        throw new NotAllowedException($"You may not {deed}", why);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Who}: {Deed}")]
    static partial void Changed(ILogger log, string who, string deed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Who} may not {Deed}: refused")]
    static partial void Refused(ILogger log, string who, string deed);
}
