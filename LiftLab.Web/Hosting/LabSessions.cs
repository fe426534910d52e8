using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// The sessions of browsers. A session holds for the token it was opened with: another token ends it, and so does signing out, also for a
/// copy of the cookie.
/// </summary>
sealed class LabSessions(IOptions<LabOptions> lab)
{
    const string TokenClaim = "token",
        SessionClaim = "session";

    readonly ConcurrentDictionary<string, bool> over = new(StringComparer.Ordinal);

    /// <summary>A fingerprint of the present token, of which the token cannot be recovered.</summary>
    string Fingerprint => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(lab.Value.AccessToken), "LiftLab session"u8));

    public Task OpenAsync(HttpContext context) =>
        context.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            AccessToken.Person(
                CookieAuthenticationDefaults.AuthenticationScheme,
                new(TokenClaim, Fingerprint),
                new(SessionClaim, RandomNumberGenerator.GetHexString(32))
            )
        );

    public Task CloseAsync(HttpContext context)
    {
        if (context.User.FindFirstValue(SessionClaim) is { } session)
            over[session] = true;
        return context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <summary>Rejects a cookie of an ended session, or of another token.</summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var person = context.Principal;
        if (
            person?.FindFirstValue(TokenClaim) == Fingerprint
            && person.FindFirstValue(SessionClaim) is { } session
            && !over.ContainsKey(session)
        )
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }
}
