using System.Threading.RateLimiting;
using LiftLab.Web.Api.OpenAi;
using LiftLab.Web.Hosting.Access;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// Who may use the lab: everyone on this machine or, where people sign in, whoever presents a token (as a cookie for pages, as the token
/// itself for scripts) or is named by a trusted reverse proxy; and what each role may do.
/// </summary>
static class LabAccess
{
    const string Either = "Lab";

    public const string LoginLimit = "login",
        WorkLimit = "work";

    public static void AddLabAccess(this IServiceCollection services)
    {
        services.AddSingleton<LabPeople>();
        services.AddSingleton<Visitors>();
        services.AddHostedService<PeopleWatch>();
        services.AddSingleton<LabSessions>();
        services.AddSingleton<OpenConnections>();
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, ProxyPeer.First>());
        services.AddSingleton<TokenGuesses>();
        services
            .AddAuthentication(Either)
            .AddPolicyScheme(
                Either,
                null,
                o =>
                    o.ForwardDefaultSelector = c =>
                        OpenAiApi.IsFor(c.Request.Path) || AccessToken.In(c.Request) is not null ? AccessToken.SchemeName
                        : ProxySignIn.Names(c, c.RequestServices.GetRequiredService<IOptions<LabOptions>>().Value) ? ProxySignIn.SchemeName
                        : CookieAuthenticationDefaults.AuthenticationScheme
            )
            .AddScheme<AuthenticationSchemeOptions, ProxySignIn>(
                ProxySignIn.SchemeName,
                o => o.ForwardChallenge = CookieAuthenticationDefaults.AuthenticationScheme
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
                        context.Response.Redirect(new Uri(context.RedirectUri).PathAndQuery); // whatever a proxy in front is called
                    return Task.CompletedTask;
                };
            });
        services.AddAuthorization(o =>
        {
            foreach (var role in Enum.GetValues<Role>())
                o.AddPolicy(role.ToString(), policy => policy.AddRequirements(new RoleRequirement(role)));
            o.FallbackPolicy = o.GetPolicy(nameof(Role.View));
        });
        services.AddSingleton<IAuthorizationHandler, RoleCheck>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>();
        services.AddCascadingAuthenticationState();
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = (context, cancel) =>
                new(context.HttpContext.Response.WriteAsync("Too many requests. Try again in a minute.", cancel));
            PerMinute(limits, LoginLimit, 5, AccessToken.AddressOf);
            PerMinute(limits, WorkLimit, 120, context => Visitor.Current?.Name ?? AccessToken.AddressOf(context));
        });
    }

    static void PerMinute(RateLimiterOptions limits, string name, int permits, Func<HttpContext, string> key) =>
        limits.AddPolicy(
            name,
            context =>
                RateLimitPartition.GetFixedWindowLimiter(
                    key(context),
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
