using System.Net;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting.Access;

/// <summary>
/// The address that is really at the other end of the connection, taken before any middleware can put another in its place, and what a
/// trusted reverse proxy there says.
/// </summary>
sealed class ProxyPeer
{
    const string Forwarded = "X-Forwarded-For",
        ForwardedScheme = "X-Forwarded-Proto";

    static readonly object Key = new();

    /// <summary>Whether the request comes through one of the trusted proxies.</summary>
    public static bool IsTrusted(HttpContext context, LabOptions options) =>
        options.TrustedProxies.Count > 0 && ProxyAddresses.Trust(options.TrustedProxies, (context.Items[Key] as ProxyPeer)?.address);

    /// <summary>
    /// The address from which a request comes, for limits: behind a trusted proxy the one that the proxy has seen itself, which is the last
    /// of the list.
    /// </summary>
    public static string AddressOf(HttpContext context, LabOptions options)
    {
        if (
            IsTrusted(context, options)
            && context.Request.Headers[Forwarded].ToString().Split(',') is [.., var last]
            && IPAddress.TryParse(last.Trim(), out var behind)
        )
            return behind.ToString();
        return (context.Items[Key] as ProxyPeer)?.address?.ToString() ?? "";
    }

    readonly IPAddress? address;

    ProxyPeer(IPAddress? address) => this.address = address;

    /// <summary>
    /// Whether a proxy on this machine, or a trusted one elsewhere, was asked over TLS: cookies are then for TLS only, and addresses begin
    /// with https.
    /// </summary>
    bool IsAskedOverTls(HttpRequest request, LabOptions options) =>
        request.Headers[ForwardedScheme].ToString().Split(',')[^1].Trim().Equals("https", StringComparison.OrdinalIgnoreCase)
        && (address is null || IPAddress.IsLoopback(address) || ProxyAddresses.Trust(options.TrustedProxies, address));

    /// <summary>Goes before what ASPNETCORE_FORWARDEDHEADERS_ENABLED adds, which believes every address.</summary>
    public sealed class First(IOptions<LabOptions> lab) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    (context, rest) =>
                    {
                        var peer = new ProxyPeer(context.Connection.RemoteIpAddress);
                        context.Items[Key] = peer;
                        if (peer.IsAskedOverTls(context.Request, lab.Value))
                            context.Request.Scheme = Uri.UriSchemeHttps;
                        return rest(context);
                    }
                );
                next(app);
            };
    }
}
