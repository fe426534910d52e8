using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using LiftLab.Web.Api.OpenAi;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// The lab's one access token as scripts present it: <c>Authorization: Bearer TOKEN</c>, or <c>?access_token=</c> at the hub, because a
/// browser's WebSocket cannot send headers.
/// </summary>
sealed class AccessToken(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes,
    ILoggerFactory logs,
    UrlEncoder encoder,
    IOptions<LabOptions> lab,
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
            return null; // it has a key of its own, which would count as a wrong token
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return header[Bearer.Length..].Trim();
        return request.Path.StartsWithSegments(RunHub.Path) && request.Query["access_token"].ToString() is { Length: > 0 } query
            ? query
            : null;
    }

    /// <summary>Compares in a time that does not depend on where the texts differ.</summary>
    public static bool Matches(string given, string wanted) =>
        wanted.Length > 0
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given)),
            SHA256.HashData(Encoding.UTF8.GetBytes(wanted))
        );

    public static ClaimsPrincipal Person(string scheme, params ReadOnlySpan<Claim> more) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, "lab"), .. more], scheme));

    /// <summary>The address from which a request comes, for limits.</summary>
    public static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (In(Request) is not { } given || lab.Value.AccessToken.Length == 0)
            return Task.FromResult(AuthenticateResult.NoResult());
        var address = AddressOf(Context);
        blocked = guesses.IsBlocked(address);
        if (blocked)
            return Task.FromResult(AuthenticateResult.Fail("too many wrong tokens"));
        if (Matches(given, lab.Value.AccessToken))
            return Task.FromResult(AuthenticateResult.Success(new(Person(SchemeName), SchemeName)));
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
