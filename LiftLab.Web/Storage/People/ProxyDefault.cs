namespace LiftLab.Web.Storage.People;

/// <summary>
/// The setting <c>LiftLab:ProxyDefaultRole</c>: what a person may do whom the reverse proxy names and no administrator has given a role.
/// </summary>
public enum ProxyDefault
{
    /// <summary>Nothing: an administrator adds people first.</summary>
    None,
    View,
    Run,
    Administer,
}

public static class ProxyDefaults
{
    public static Role? AsRole(this ProxyDefault setting) =>
        setting switch
        {
            ProxyDefault.View => Role.View,
            ProxyDefault.Run => Role.Run,
            ProxyDefault.Administer => Role.Administer,
            _ => null,
        };
}
