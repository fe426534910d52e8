using System.Net;
using LiftLab.Web.Pages.Shell;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Antiforgery;

namespace LiftLab.Web.Hosting;

/// <summary>
/// The sign-in page that takes the access token. It is plain HTML because it sets a cookie, which a page in a circuit cannot do.
/// </summary>
static class LoginPage
{
    public const string Path = "/login",
        OutPath = "/logout",
        TokenParameter = "token",
        ReturnParameter = "returnUrl";

    const string WrongToken = "That is not a token of this lab, or it was revoked.";

    public static void MapLogin(this IEndpointRouteBuilder app)
    {
        app.MapGet(
                Path,
                async (HttpContext context, IAntiforgery antiforgery, Visitors visitors, LabSessions sessions, TokenGuesses guesses) =>
                {
                    // the address that the start prints: it signs in, and the token leaves the address
                    if (context.Request.Query[TokenParameter].ToString() is not { Length: > 0 } given)
                        return Page(context, antiforgery, "");
                    var from = AccessToken.AddressOf(context);
                    if (guesses.IsBlocked(from))
                        return Results.Text(
                            "Too many wrong tokens. Try again in a minute.",
                            statusCode: StatusCodes.Status429TooManyRequests
                        );
                    if (visitors.WhoHolds(given) is not { } who)
                    {
                        guesses.Add(from);
                        return Page(context, antiforgery, WrongToken);
                    }
                    await sessions.OpenAsync(context, who);
                    return Results.LocalRedirect(Local(context.Request.Query[ReturnParameter].ToString()));
                }
            )
            .AllowAnonymous()
            .ExcludeFromDescription();
        app.MapGet(OutPath, (HttpContext context, IAntiforgery antiforgery) => OutPage(context, antiforgery)).ExcludeFromDescription();
        app.MapPost(
                OutPath,
                async (HttpContext context, IAntiforgery antiforgery, LabSessions sessions) =>
                {
                    if (!await antiforgery.IsRequestValidAsync(context))
                        return Results.BadRequest("The page had expired. Go back, reload it and try again.");
                    await sessions.CloseAsync(context);
                    return Results.LocalRedirect(Path);
                }
            )
            .AllowAnonymous()
            .ExcludeFromDescription();
        app.MapPost(
                Path,
                async (HttpContext context, IAntiforgery antiforgery, Visitors visitors, LabSessions sessions) =>
                {
                    if (!await antiforgery.IsRequestValidAsync(context))
                        return Page(context, antiforgery, "The page had expired. Try again.");
                    var form = await context.Request.ReadFormAsync();
                    if (visitors.WhoHolds(form["token"].ToString()) is not { } who)
                        return Page(context, antiforgery, WrongToken);
                    await sessions.OpenAsync(context, who);
                    return Results.LocalRedirect(Local(form[ReturnParameter].ToString()));
                }
            )
            .AllowAnonymous()
            .RequireRateLimiting(LabAccess.LoginLimit)
            .ExcludeFromDescription();
    }

    /// <summary>Accepts a path of this site only: "//host" and "/\host" are other sites.</summary>
    static string Local(string path) => path is ['/', ..] and not ['/', '/' or '\\', ..] ? path : "/";

    static IResult Page(HttpContext context, IAntiforgery antiforgery, string problem)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        var back = Local(
            context.Request.HasFormContentType
                ? context.Request.Form[ReturnParameter].ToString()
                : context.Request.Query[ReturnParameter].ToString()
        );
        var form = $$"""
            <form method="post" action="{{Path}}">
              <h1>LiftLab</h1>
              <p>This lab asks for a token: your own, which an administrator of the lab has given you, or the lab's access token, which is
                the setting <code>LiftLab:AccessToken</code> of the machine that runs it.</p>
              {{(problem.Length == 0 ? "" : $"<p class=\"problem\" role=\"alert\">{WebUtility.HtmlEncode(problem)}</p>")}}
              <label for="token">Token</label>
              <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
              <input type="hidden" name="{{ReturnParameter}}" value="{{WebUtility.HtmlEncode(back)}}">
              <input type="hidden" name="{{tokens.FormFieldName}}" value="{{WebUtility.HtmlEncode(tokens.RequestToken)}}">
              <button type="submit">Sign in</button>
            </form>
            """;
        return Html(context, "Sign in", form, problem.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized);
    }

    static IResult OutPage(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        var form = $$"""
            <form method="post" action="{{OutPath}}">
              <h1>LiftLab</h1>
              <p>Signing out ends the session of this browser. Runs go on. Your token opens a new session.</p>
              <input type="hidden" name="{{tokens.FormFieldName}}" value="{{WebUtility.HtmlEncode(tokens.RequestToken)}}">
              <button type="submit">Sign out</button>
              <p class="back"><a href="/">Back to the lab</a></p>
            </form>
            """;
        return Html(context, "Sign out", form, StatusCodes.Status200OK);
    }

    static IResult Html(HttpContext context, string title, string form, int status) =>
        Results.Content(
            $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{title}} · LiftLab</title>
              <link rel="icon" type="image/svg+xml" href="/favicon.svg"><link rel="stylesheet" href="/fonts.css">
              <style nonce="{{ContentSecurity.Nonce(context)}}">
                :root { color-scheme: light dark; font-family: Roboto, system-ui, sans-serif }
                body {
                  min-height: 100vh;
                  margin: 0;
                  display: grid;
                  place-items: center;
                  background: light-dark(#f4f5f7, #14151a);
                  color: light-dark(#1d1f24, #e8e9ee);
                }
                form {
                  width: min(22rem, calc(100vw - 4rem));
                  padding: 2rem;
                  border-radius: 12px;
                  background: light-dark(#fff, #1f2028);
                  box-shadow: 0 4px 24px #0003;
                }
                h1 { margin: 0 0 .5rem; font-size: 1.4rem } p { margin: 0 0 1.25rem; line-height: 1.45 }
                label { display: block; margin-bottom: .35rem; font-weight: 500 }
                input {
                  box-sizing: border-box;
                  width: 100%;
                  padding: .7rem;
                  font: inherit;
                  border: 1px solid light-dark(#8a8d98, #7c7f8c);
                  border-radius: 6px;
                  background: transparent;
                  color: inherit;
                }
                button {
                  width: 100%;
                  margin-top: 1rem;
                  padding: .75rem;
                  font: inherit;
                  font-weight: 500;
                  border: 0;
                  border-radius: 6px;
                  background: #0072b2;
                  color: #fff;
                  cursor: pointer;
                }
                a { color: inherit } .back { margin: 1rem 0 0 }
                .problem { color: light-dark(#b3261e, #ffb4ab) }
              </style>
            </head>
            <body><main>{{form}}</main></body></html>
            """,
            "text/html; charset=utf-8",
            statusCode: status
        );
}
