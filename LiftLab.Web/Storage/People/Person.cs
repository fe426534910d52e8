namespace LiftLab.Web.Storage.People;

/// <summary>A person of the lab, as <c>people/ID.json</c>. An entry is never deleted, so that a name means one person.</summary>
/// <param name="Role">Null: the role of <c>LiftLab:ProxyDefaultRole</c>, for a person whom the reverse proxy has named first.</param>
/// <param name="Hash">SHA-256 of the token, as hexadecimal digits; null for a person who signs in through the reverse proxy only.</param>
public sealed record Person(Guid Id, string Name, Role? Role, string? Hash, DateTimeOffset Added)
{
    public const int LongestName = 100;

    /// <summary>Who has added the entry; null where nobody signs in.</summary>
    public string? AddedBy { get; init; }

    /// <summary>Null while the person may sign in.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>Whether a text can be a name: also addresses and "DOMAIN\user", as proxies give them.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.Trim() == name && !name.Any(c => char.IsControl(c) || char.IsSurrogate(c));
}
