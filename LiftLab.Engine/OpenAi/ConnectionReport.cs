namespace LiftLab.Engine.OpenAi;

/// <summary>What one question of a connection test found.</summary>
public enum ConnectionVerdict
{
    Works,

    /// <summary>It works with a limit, or what it allows cannot be said for certain.</summary>
    Limited,
    Refused,
}

/// <param name="Subject">What was looked at ("Key").</param>
/// <param name="Words">A sentence, with the service's own text where it refused.</param>
public sealed record ConnectionFinding(string Subject, ConnectionVerdict Verdict, string Words);

/// <summary>A model that a service lists.</summary>
/// <param name="Ends">The day on which the service retires it; null where it does not say.</param>
public sealed record ListedModel(string Id, DateOnly? Ends);

/// <summary>What works at a provider.</summary>
/// <param name="Models">As the service lists them; empty where it does not.</param>
public sealed record ConnectionReport(DateTimeOffset At, IReadOnlyList<ConnectionFinding> Findings, IReadOnlyList<ListedModel> Models)
{
    public bool Works => Findings.All(f => f.Verdict != ConnectionVerdict.Refused || f.Subject == ConnectionTest.Training);
}
