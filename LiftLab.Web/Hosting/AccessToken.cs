using System.Security.Claims;
using System.Text.Encodings.Web;
using LiftLab.Web.Api.OpenAi;
using LiftLab.Web.Hosting.Access;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// The lab's one access token or a person's, as scripts present it: <c>Authorization: Bearer TOKEN</c>, or <c>?access_token=</c> at the
/// hub, because a browser's WebSocket cannot send headers.
/// </summary>
sealed class AccessToken(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes,
    ILoggerFactory logs,
    UrlEncoder encoder,
    Visitors visitors,
    TokenGuesses guesses
) : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, logs, encoder)
{
    public const string SchemeName = "LabToken";
    const string Bearer = "Bearer ";

    bool blocked;

    /// <summary>The token that a request presents; null for none.</summary>
    public static string? In(HttpRequest request)
    {
        if (OpenAiApi.IsFor(request.Path))
            return null; // its door looks at the key, which may be one of its own
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return header[Bearer.Length..].Trim();
        return request.Path.StartsWithSegments(RunHub.Path) && request.Query["access_token"].ToString() is { Length: > 0 } query
            ? query
            : null;
    }

    /// <summary>The address from which a request comes, for limits.</summary>
    public static string AddressOf(HttpContext context) =>
        ProxyPeer.AddressOf(context, context.RequestServices.GetRequiredService<IOptions<LabOptions>>().Value);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (OpenAiApi.IsFor(Request.Path)) // whose door has looked at the key
            return Task.FromResult(
                Context.User.Identity?.IsAuthenticated == true
                    ? AuthenticateResult.Success(new(Context.User, SchemeName))
                    : AuthenticateResult.NoResult()
            );
        if (In(Request) is not { } given || visitors.IsOpen)
            return Task.FromResult(AuthenticateResult.NoResult());
        var address = AddressOf(Context);
        blocked = guesses.IsBlocked(address);
        if (blocked)
            return Task.FromResult(AuthenticateResult.Fail("too many wrong tokens"));
        if (visitors.WhoHolds(given) is { } who)
        {
            visitors.Use(who);
            var user = visitors.Principal(who, SchemeName, new Claim(Visitors.TokenClaim, visitors.FingerprintOf(who)));
            return Task.FromResult(AuthenticateResult.Success(new(user, SchemeName)));
        }
        guesses.Add(address);
        return Task.FromResult(AuthenticateResult.Fail("wrong token"));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!blocked)
            return base.HandleChallengeAsync(properties);
        Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return Response.WriteAsync("Too many wrong tokens. Try again in a minute.", Context.RequestAborted);
    }
}
