namespace LiftLab.Web.Api;

/// <summary>Words in an address, in upper or lower case.</summary>
static class ApiWords
{
    /// <exception cref="ArgumentException">There is no such word; the message lists those there are.</exception>
    public static T Of<T>(string word)
        where T : struct, Enum =>
        Enum.GetNames<T>().Contains(word, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(word, ignoreCase: true)
            : throw new ArgumentException($"'{word}' is none of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
}
