using System.Net;

namespace LiftLab.Web.Storage.People;

/// <summary>The addresses of <c>LiftLab:TrustedProxies</c>.</summary>
public static class ProxyAddresses
{
    /// <summary>The word for a proxy that comes through a socket file.</summary>
    public const string Unix = "unix";

    public static bool IsAddress(string text) => text == Unix || IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text, out _);

    /// <summary>Whether an address is one of those that are trusted.</summary>
    /// <param name="peer">Null for a connection through a socket file.</param>
    public static bool Trust(IEnumerable<string> trusted, IPAddress? peer)
    {
        if (peer is null)
            return trusted.Contains(Unix);
        if (peer.IsIPv4MappedToIPv6)
            peer = peer.MapToIPv4();
        return trusted.Any(text =>
            IPNetwork.TryParse(text, out var network)
                ? network.BaseAddress.AddressFamily == peer.AddressFamily && network.Contains(peer)
                : IPAddress.TryParse(text, out var address) && address.Equals(peer)
        );
    }
}
