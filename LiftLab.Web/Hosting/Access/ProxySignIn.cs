using System.Text.Encodings.Web;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting.Access;

/// <summary>Believes the name that a trusted reverse proxy gives in the header <c>LiftLab:ProxyUserHeader</c>.</summary>
sealed class ProxySignIn(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes,
    ILoggerFactory logs,
    UrlEncoder encoder,
    IOptions<LabOptions> lab,
    Visitors visitors
) : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, logs, encoder)
{
    public const string SchemeName = "LabProxy";

    /// <summary>Whether a proxy that is trusted names somebody. A header from elsewhere counts as absent.</summary>
    public static bool Names(HttpContext context, LabOptions options) =>
        options.ProxyUserHeader.Length > 0
        && context.Request.Headers.ContainsKey(options.ProxyUserHeader)
        && ProxyPeer.IsTrusted(context, options);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Names(Context, lab.Value))
            return Task.FromResult(AuthenticateResult.NoResult());
        // Two headers: the proxy has added one and left another that came from outside.
        if (Request.Headers[lab.Value.ProxyUserHeader] is not [{ Length: > 0 } name] || visitors.WhoIs(name) is not { } who)
            return Task.FromResult(AuthenticateResult.Fail("the lab does not let in whom the proxy names"));
        visitors.Use(who);
        return Task.FromResult(AuthenticateResult.Success(new(visitors.Principal(who, SchemeName), SchemeName)));
    }
}
