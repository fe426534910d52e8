using System.Net;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Hosting.Access;

/// <summary>
/// The address that is really at the other end of the connection, taken before any middleware can put another in its place, and what a
/// trusted reverse proxy there says.
/// </summary>
sealed class ProxyPeer
{
    const string Forwarded = "X-Forwarded-For";

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

    /// <summary>Goes before what ASPNETCORE_FORWARDEDHEADERS_ENABLED adds, which believes every address.</summary>
    public sealed class First : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    (context, rest) =>
                    {
                        context.Items[Key] = new ProxyPeer(context.Connection.RemoteIpAddress);
                        return rest(context);
                    }
                );
                next(app);
            };
    }
}
