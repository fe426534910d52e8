using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Runs;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Storage.People;

/// <summary>
/// The people of the lab and their tokens, one small file each in the lab's folder, so that they outlive the database. Of a token only its
/// hash is kept. Thread-safe.
/// </summary>
public sealed partial class LabPeople(LabFolder lab, IOptions<LabOptions> options, TimeProvider clock, ILogger<LabPeople> log)
{
    const string TokenPrefix = "liftlab-";

    static readonly TimeSpan UsePause = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Dictionary<Guid, DateTimeOffset> used = [];
    volatile IReadOnlyDictionary<Guid, Person>? known;
    string seen = "";

    /// <summary>Somebody was added, changed or revoked, here or by another dashboard. Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>By name.</summary>
    public IReadOnlyList<Person> All => [.. Known.Values.OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)];

    public Person? Find(Guid id) => Known.GetValueOrDefault(id);

    public Person? Named(string name) => Known.Values.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The role that holds now; null once revoked.</summary>
    public Role? RoleOf(Guid id) => Find(id) is { Revoked: null } person ? person.Role ?? options.Value.ProxyDefaultRole.AsRole() : null;

    /// <summary>
    /// The person of a token; null for none. Every hash is compared, each in a time that does not depend on where it differs.
    /// </summary>
    public Person? Holding(string token)
    {
        var hash = HashOf(token);
        Person? found = null;
        foreach (var person in Known.Values)
            if (person is { Hash: { } kept, Revoked: null } && CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(kept)))
                found = person;
        return found;
    }

    /// <summary>Adds a person.</summary>
    /// <param name="withToken">False for a person who signs in through the reverse proxy.</param>
    /// <returns>The token is shown now or never.</returns>
    /// <exception cref="ArgumentException">The name cannot be used, or is taken.</exception>
    /// <exception cref="IOException">The lab's folder cannot be written.</exception>
    public (Person Person, string? Token) Add(string name, Role role, bool withToken = true)
    {
        Visitor.Demand(Role.Administer, "add people");
        name = name.Trim();
        if (!Person.IsName(name))
            throw new ArgumentException($"'{name}' cannot be a name: give 1 to {Person.LongestName} characters");
        var token = withToken ? NewToken() : null;
        Person person;
        lock (gate)
        {
            if (Named(name) is { } there)
                throw new ArgumentException(
                    there.Revoked is null
                        ? $"there is a person of the name '{there.Name}' already"
                        : $"'{there.Name}' is the name of a person whose access was revoked: let that person in again"
                );
            if (Visitors.Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new ArgumentException($"'{name}' is the lab's own name for a token or a key: choose another one");
            person = new(Guid.NewGuid(), name, role, token is null ? null : HexOf(token), clock.GetUtcNow())
            {
                AddedBy = Visitor.Current?.Name,
            };
            Put(person);
        }
        Visitor.Note($"add {person.Name} with the role {role.Word()}");
        Changed?.Invoke();
        return (person, token);
    }

    /// <summary>A person whom the reverse proxy names and whom the lab does not know yet.</summary>
    public Person Meet(string name)
    {
        Person person;
        lock (gate)
        {
            if (Named(name) is { } there)
                return there;
            person = new(Guid.NewGuid(), name, null, null, clock.GetUtcNow());
            try
            {
                Put(person);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Unwritten(log, e); // known until the dashboard ends
                known = new Dictionary<Guid, Person>(Known) { [person.Id] = person };
            }
        }
        Changed?.Invoke();
        return person;
    }

    /// <summary>A new token in place of the old one, which ends at once. Lets a revoked person in again.</summary>
    /// <returns>The token is shown now or never.</returns>
    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    public string Renew(Guid id)
    {
        var token = NewToken();
        Change(id, "give a new token to", p => p with { Hash = HexOf(token), Revoked = null });
        return token;
    }

    /// <exception cref="KeyNotFoundException">There is no such person.</exception>
    /// <exception cref="InvalidOperationException">Nobody could administer the lab any more.</exception>
    public void SetRole(Guid id, Role role) => Change(id, $"give the role {role.Word()} to", p => p with { Role = role });

    /// <summary>Ends the access of a person at once, also of open pages and connections.</summary>
    /// <inheritdoc cref="SetRole"/>
    public void Revoke(Guid id) => Change(id, "revoke the access of", p => p with { Revoked = p.Revoked ?? clock.GetUtcNow() });

    /// <summary>Lets a person in again who signs in through the reverse proxy. A token that was revoked stays so: renew it.</summary>
    /// <inheritdoc cref="Renew"/>
    public void Restore(Guid id) => Change(id, "let in again", p => p with { Hash = null, Revoked = null });

    /// <summary>When a person last asked for something; null for never.</summary>
    public DateTimeOffset? LastUse(Guid id)
    {
        lock (gate)
            if (used.TryGetValue(id, out var at))
                return at;
        try
        {
            return File.Exists(UseFile(id)) ? File.GetLastWriteTimeUtc(UseFile(id)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A person has asked for something. Written at most once a minute.</summary>
    public void Use(Guid id)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (used.TryGetValue(id, out var at) && now - at < UsePause)
                return;
            used[id] = now;
        }
        try
        {
            File.WriteAllText(UseFile(id), "");
            File.SetLastWriteTimeUtc(UseFile(id), now.UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // a full disk keeps nobody out
    }

    /// <summary>Reads again what another dashboard has changed.</summary>
    public void Refresh()
    {
        try
        {
            lock (gate)
            {
                if (known is not null && Stamp() == seen)
                    return;
                known = null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return; // what is known holds until the folder can be read again
        }
        Changed?.Invoke();
    }

    void Change(Guid id, string deed, Func<Person, Person> verb)
    {
        Visitor.Demand(Role.Administer, "change people");
        Person person;
        lock (gate)
        {
            person = verb(Find(id) ?? throw new KeyNotFoundException($"There is no person '{id}'."));
            if (options.Value.AccessToken.Length == 0 && !Known.Values.Any(p => Administers(p.Id == id ? person : p)))
                throw new InvalidOperationException(
                    $"Nobody could administer the lab any more. Make another person administrator before you change '{person.Name}'."
                );
            Put(person);
        }
        Visitor.Note($"{deed} {person.Name}");
        Changed?.Invoke();
    }

    bool Administers(Person person) =>
        person.Revoked is null && (person.Role ?? options.Value.ProxyDefaultRole.AsRole()) == Role.Administer;

    void Put(Person person)
    {
        var all = new Dictionary<Guid, Person>(Known) { [person.Id] = person };
        Directory.CreateDirectory(lab.People);
        RunFolder.WriteWhole(
            Path.Combine(lab.People, $"{person.Id:N}.json"),
            stream => JsonSerializer.Serialize(stream, person, RunJson.Pretty)
        );
        known = all;
        seen = Stamp();
    }

    IReadOnlyDictionary<Guid, Person> Known
    {
        get
        {
            if (known is { } there)
                return there;
            lock (gate)
            {
                if (known is not null)
                    return known;
                seen = Stamp(); // before reading: what is written meanwhile is read again
                return known = Files().Select(Read).OfType<Person>().ToDictionary(p => p.Id);
            }
        }
    }

    /// <summary>Null for a damaged file: whoever it was about is not let in.</summary>
    Person? Read(FileInfo file)
    {
        try
        {
            var person = JsonSerializer.Deserialize<Person>(File.ReadAllBytes(file.FullName), RunJson.Line);
            return person is { Name: not null } && $"{person.Id:N}.json" == file.Name && person.Hash is null or { Length: 64 }
                ? person
                : throw new JsonException("it is no person's entry");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Damaged(log, file.FullName, e.Message);
            return null;
        }
    }

    FileInfo[] Files() => Directory.Exists(lab.People) ? new DirectoryInfo(lab.People).GetFiles("*.json") : [];

    string Stamp() =>
        string.Join(
            '|',
            Files()
                .Select(f => FormattableString.Invariant($"{f.Name}:{f.Length}:{f.LastWriteTimeUtc.Ticks}"))
                .Order(StringComparer.Ordinal)
        );

    string UseFile(Guid id) => Path.Combine(lab.People, $"{id:N}.used");

    static string NewToken() => TokenPrefix + RandomNumberGenerator.GetHexString(48, lowercase: true);

    static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    static string HexOf(string token) => Convert.ToHexString(HashOf(token));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} cannot be read, and the person is not let in: {Why}")]
    static partial void Damaged(ILogger log, string file, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A person whom the reverse proxy named could not be written down")]
    static partial void Unwritten(ILogger log, Exception e);
}
