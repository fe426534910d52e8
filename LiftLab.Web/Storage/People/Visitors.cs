using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage.People;

/// <summary>Recognises visitors: by token, by the name that the reverse proxy gives, and by what was signed into a session.</summary>
public sealed class Visitors
{
    /// <summary>Who it is: a person's id, or one of the lab's own words.</summary>
    public const string WhoClaim = "who";

    /// <summary>The fingerprint of the token with which a session or a connection was opened.</summary>
    public const string TokenClaim = "token";

    /// <summary>The session of a browser.</summary>
    public const string SessionClaim = "session";

    /// <summary>Who holds the lab's one access token, and a program with the key of the OpenAI-compatible server.</summary>
    public const string Holder = "administrator",
        Program = "API key";

    /// <summary>Names that no person can have.</summary>
    public static readonly IReadOnlyList<string> Reserved = [Holder, Program];

    readonly ConcurrentDictionary<string, bool> over = new(StringComparer.Ordinal);
    readonly LabPeople people;
    readonly LabOptions options;
    readonly ILogger<Visitor> log;
    readonly Visitor anyone,
        nobody,
        holder,
        program;

    public Visitors(LabPeople people, IOptions<LabOptions> options, ILogger<Visitor> log)
    {
        (this.people, this.options, this.log) = (people, options.Value, log);
        anyone = new(null, () => Role.Administer, log);
        nobody = new(null, () => null, log);
        holder = new(Holder, () => Role.Administer, log);
        program = new(Program, () => Role.Run, log) { OwnsUnnamed = true };
    }

    /// <summary>A session was ended. Raised on any thread.</summary>
    public event Action? Ended;

    /// <summary>
    /// Whether nobody signs in: no token and no reverse proxy are configured. Everyone who reaches the lab may do everything.
    /// </summary>
    public bool IsOpen => !options.AsksWho;

    /// <summary>The visitor of a token of the lab or of a person; null for a wrong one.</summary>
    public string? WhoHolds(string token)
    {
        var isHolder = Matches(token, options.AccessToken);
        var person = people.Holding(token);
        return isHolder ? Holder : person?.Id.ToString("N");
    }

    /// <summary>The visitor that the reverse proxy names; null where the lab does not let that person in.</summary>
    public string? WhoIs(string name)
    {
        if (!Person.IsName(name) || Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
            return null;
        var person = people.Named(name) ?? (options.ProxyDefaultRole == ProxyDefault.None ? null : people.Meet(name));
        return person is not null && people.RoleOf(person.Id) is not null ? person.Id.ToString("N") : null;
    }

    /// <summary>A principal that stands for a visitor until its token is revoked or its role changes.</summary>
    public ClaimsPrincipal Principal(string who, string scheme, params ReadOnlySpan<Claim> more) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, NameOf(who)), new(WhoClaim, who), .. more], scheme));

    /// <summary>The visitor of a request or a page.</summary>
    public Visitor Of(ClaimsPrincipal? user)
    {
        if (user?.Identity?.IsAuthenticated != true || user.FindFirstValue(WhoClaim) is not { } who)
            return IsOpen ? anyone : nobody;
        var visitor =
            who == Holder ? holder
            : who == Program ? program
            : Guid.TryParseExact(who, "N", out var id) && people.Find(id) is { } person ? new(person.Name, () => people.RoleOf(id), log)
            : nobody;
        return user.HasClaim(c => c.Type is TokenClaim or SessionClaim)
            ? visitor.While(() => !IsOver(user), user.HasClaim(c => c.Type == SessionClaim))
            : visitor;
    }

    /// <summary>Ends a session, also for a copy of its cookie.</summary>
    public void End(string session)
    {
        over[session] = true;
        Ended?.Invoke();
    }

    /// <summary>Whether the session was ended, or the token with which it was opened holds no more.</summary>
    public bool IsOver(ClaimsPrincipal user) =>
        user.FindFirstValue(WhoClaim) is not { } who
        || (user.FindFirstValue(SessionClaim) is { } session && over.ContainsKey(session))
        || (user.FindFirstValue(TokenClaim) is { } token && token != FingerprintOf(who));

    /// <summary>Notes that a person has asked for something.</summary>
    public void Use(string who)
    {
        if (Guid.TryParseExact(who, "N", out var id))
            people.Use(id);
    }

    /// <summary>
    /// A fingerprint of the present token, of which the token cannot be recovered; empty where the visitor is not let in by a token.
    /// </summary>
    public string FingerprintOf(string who)
    {
        var secret =
            who == Holder ? options.AccessToken
            : Guid.TryParseExact(who, "N", out var id) && people.RoleOf(id) is not null ? people.Find(id)?.Hash ?? ""
            : "";
        return secret.Length == 0 ? "" : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "LiftLab session"u8));
    }

    /// <summary>Compares in a time that does not depend on where the texts differ.</summary>
    public static bool Matches(string given, string wanted) =>
        wanted.Length > 0
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(wanted))
        );

    string NameOf(string who) => Guid.TryParseExact(who, "N", out var id) ? people.Find(id)?.Name ?? who : who;
}
