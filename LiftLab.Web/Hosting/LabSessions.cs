using System.Security.Claims;
using System.Security.Cryptography;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace LiftLab.Web.Hosting;

/// <summary>
/// The sessions of browsers. A session holds for the token it was opened with: another token ends it, and so does signing out, also for a
/// copy of the cookie.
/// </summary>
sealed class LabSessions(Visitors visitors)
{
    public Task OpenAsync(HttpContext context, string who) =>
        context.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            visitors.Principal(
                who,
                CookieAuthenticationDefaults.AuthenticationScheme,
                new(Visitors.TokenClaim, visitors.FingerprintOf(who)),
                new(Visitors.SessionClaim, RandomNumberGenerator.GetHexString(32))
            )
        );

    public Task CloseAsync(HttpContext context)
    {
        if (context.User.FindFirstValue(Visitors.SessionClaim) is { } session)
            visitors.End(session);
        return context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <summary>Rejects a cookie of an ended session, of another token, or of a person who is no longer let in.</summary>
    public async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (
            context.Principal is { } user
            && user.HasClaim(c => c.Type == Visitors.TokenClaim && c.Value.Length > 0)
            && user.HasClaim(c => c.Type == Visitors.SessionClaim)
            && !visitors.IsOver(user)
        )
        {
            visitors.Use(user.FindFirstValue(Visitors.WhoClaim)!);
            return;
        }
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }
}
