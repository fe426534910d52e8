using System.Security.Cryptography;

namespace LiftLab.Web.Pages.Shell;

/// <summary>The Content-Security-Policy of every page: no other sites, and no inline script except the import map.</summary>
public static class ContentSecurity
{
    static readonly object Key = new();

    /// <summary>The request's nonce, made on first use.</summary>
    public static string Nonce(HttpContext context) =>
        (string)(context.Items[Key] ??= Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));

    public static IApplicationBuilder UseContentSecurity(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var headers = context.Response.Headers;
                // MudBlazor's theme is a style element and Plotly sets styles inline; figures become bitmaps through data: addresses.
                headers.ContentSecurityPolicy =
                    "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; "
                    + $"script-src 'self' 'nonce-{Nonce(context)}'; style-src 'self' 'unsafe-inline'; "
                    + "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'";
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
                return next(context);
            }
        );
}
