using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;

namespace LiftLab.Web.Hosting;

/// <summary>
/// Who may use the lab: everyone on this machine or, where an access token is set, whoever presents it (as a cookie for pages, as the
/// token itself for scripts).
/// </summary>
static class LabAccess
{
    const string Either = "Lab";

    public const string LoginLimit = "login",
        WorkLimit = "work";

    public static void AddLabAccess(this IServiceCollection services, string token)
    {
        services.AddSingleton<LabSessions>();
        services.AddSingleton<TokenGuesses>();
        services
            .AddAuthentication(Either)
            .AddPolicyScheme(
                Either,
                null,
                o =>
                    o.ForwardDefaultSelector = c =>
                        AccessToken.In(c.Request) is null ? CookieAuthenticationDefaults.AuthenticationScheme : AccessToken.SchemeName
            )
            .AddScheme<AuthenticationSchemeOptions, AccessToken>(AccessToken.SchemeName, null)
            .AddCookie(cookie =>
            {
                cookie.LoginPath = LoginPage.Path;
                cookie.ReturnUrlParameter = LoginPage.ReturnParameter;
                cookie.Cookie.Name = "liftlab";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.ExpireTimeSpan = TimeSpan.FromDays(7);
                cookie.SlidingExpiration = true;
                cookie.Events.OnValidatePrincipal = context =>
                    context.HttpContext.RequestServices.GetRequiredService<LabSessions>().ValidateAsync(context);
                cookie.Events.OnRedirectToLogin = context =>
                {
                    // A script needs the status code, not the sign-in page.
                    if (LabHost.IsForScripts(context.Request.Path))
                        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    else
                        context.Response.Redirect(context.RedirectUri);
                    return Task.CompletedTask;
                };
            });
        services.AddAuthorization(o =>
        {
            if (token.Length > 0)
                o.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        });
        services.AddCascadingAuthenticationState();
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = (context, cancel) =>
                new(context.HttpContext.Response.WriteAsync("Too many requests. Try again in a minute.", cancel));
            PerMinute(limits, LoginLimit, 5);
            PerMinute(limits, WorkLimit, 120);
        });
    }

    static void PerMinute(RateLimiterOptions limits, string name, int permits) =>
        limits.AddPolicy(
            name,
            context =>
                RateLimitPartition.GetFixedWindowLimiter(
                    AccessToken.AddressOf(context),
                    _ => new() { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) }
                )
        );

    /// <summary>Refuses requests to the API and the hub that a page of another site sends through a visitor's browser.</summary>
    public static void UseSameOrigin(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var guarded =
                    context.Request.Path.StartsWithSegments("/api")
                    || context.Request.Path.StartsWithSegments("/hubs")
                    || context.Request.Path.StartsWithSegments("/_blazor");
                if (
                    !guarded
                    || context.Request.Headers.Origin.ToString() is not { Length: > 0 } origin
                    || (
                        Uri.TryCreate(origin, UriKind.Absolute, out var from)
                        && from.Authority.Equals(context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
                    )
                )
                    return next(context);
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }
        );
}
