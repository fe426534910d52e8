namespace LiftLab.Engine.OpenAi;

/// <summary>
/// Finds a provider's key in the environment of the process. A key is never written: it is in no specification, run folder, log or message.
/// </summary>
public static class ProviderKey
{
    /// <summary>The environment variable that holds something of a provider ("LIFTLAB_KEY_MY_LAB").</summary>
    public static string Variable(string what, string provider) => $"LIFTLAB_{what}_{provider.ToUpperInvariant().Replace('-', '_')}";

    /// <summary>
    /// The provider's own variable, or the customary one of its host. The customary key goes to the host's own address only, so that a
    /// specification from elsewhere cannot send it to another server.
    /// </summary>
    /// <returns>Null if there is none.</returns>
    public static string? Of(Provider provider)
    {
        if (Read(Variable("KEY", provider.Name)) is { } own)
            return own;
        var dialect = provider.Dialect;
        return dialect.KeyVariable is { } usual && dialect.Address == provider.Address ? Read(usual) : null;
    }

    /// <summary>What to set where there is no key, in words.</summary>
    public static string WhatToSet(Provider provider) =>
        provider.Dialect is { KeyVariable: { } usual, Address: { } address } && address == provider.Address
            ? $"Add the key on the dashboard's page Providers, or set the environment variable {usual}."
            : $"Add the key on the dashboard's page Providers, or set the environment variable {Variable("KEY", provider.Name)}.";

    static string? Read(string variable) => Environment.GetEnvironmentVariable(variable)?.Trim() is { Length: > 0 } key ? key : null;
}
