using System.Text.Json.Serialization;
using LiftLab.Engine.OpenAi.Dialects;

namespace LiftLab.Engine.OpenAi;

/// <summary>
/// A service that speaks OpenAI's API, as a specification names it. Its key is never part of it: see <see cref="ProviderKey"/>.
/// </summary>
/// <param name="Name">The name that the user gave it: letters, digits, '-' and '_'.</param>
/// <param name="Kind">Name of its dialect in <see cref="DialectList"/>.</param>
/// <param name="Address">Base address up to and including the version ("https://api.openai.com/v1").</param>
public sealed record Provider(string Name, string Kind, string Address)
{
    /// <summary>The version of the API that requests name, where the dialect takes one ("preview"); null for the service's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApiVersion { get; init; }

    [JsonIgnore]
    public Dialect Dialect => DialectList.Named(Kind);

    /// <exception cref="ArgumentException">A part is missing or cannot be used.</exception>
    public void Check()
    {
        if (Name is null || Name.Length is 0 or > 60 || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException("a provider's name has 1 to 60 letters, digits, '-' and '_'");
        _ = Dialect;
        if (!Uri.TryCreate(Address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new ArgumentException($"the provider {Name} needs an address that begins with https:// or http://");
        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
            throw new ArgumentException($"the address of the provider {Name} may hold no user, password or query, because it is stored");
        if (
            ApiVersion is { } version
            && (!Dialect.TakesVersion || version.Length > 40 || !version.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'))
        )
            throw new ArgumentException(
                Dialect.TakesVersion
                    ? "the version of the API has letters, digits, '-' and '.' (\"preview\", \"2025-04-01-preview\")"
                    : $"{Dialect.Title} takes no version of the API: leave it empty"
            );
        // A key that travels in clear text over a network can be read on the way.
        if (uri.Scheme == "http" && !uri.IsLoopback && Dialect != DialectList.LiftLab)
            throw new ArgumentException($"the address of the provider {Name} must begin with https://, because the key travels with it");
    }

    /// <summary>
    /// The provider of a name on the command line: a dialect with an address of its own, or a name whose address stands in the environment
    /// variable <c>LIFTLAB_ADDRESS_NAME</c> (and its dialect in <c>LIFTLAB_KIND_NAME</c>; "compatible" if absent).
    /// </summary>
    /// <exception cref="ArgumentException">There is no such provider; the message says what to set.</exception>
    public static Provider Named(string name)
    {
        var address = ProviderKey.Variable("ADDRESS", name);
        var known = DialectList.All.FirstOrDefault(d => d.Name == name);
        var provider =
            Environment.GetEnvironmentVariable(address) is { Length: > 0 } own
                ? new Provider(
                    name,
                    Environment.GetEnvironmentVariable(ProviderKey.Variable("KIND", name)) ?? (known ?? DialectList.Compatible).Name,
                    own.TrimEnd('/')
                )
            : known is { Address: { } usual } ? new Provider(name, known.Name, usual)
            : throw new ArgumentException(
                $"the address of the provider '{name}' is not known: set {address}, or name one of "
                    + string.Join(", ", DialectList.All.Where(d => d.Address is not null).Select(d => d.Name))
            );
        provider.Check();
        return provider;
    }
}
