using System.Net;

namespace LiftLab.Web.Hosting;

/// <summary>
/// Explains the refusal of a host name that the setting <c>AllowedHosts</c> does not list. The framework's own middleware refuses it, so
/// that a page of another site cannot reach the lab through a name of its own.
/// </summary>
static class AllowedNames
{
    public static string Of(IConfiguration configuration) => configuration["AllowedHosts"] ?? "*";

    /// <summary>Whether the setting lists more than names of this machine for itself.</summary>
    public static bool ReachesOthers(IConfiguration configuration) =>
        Of(configuration)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Any(name =>
                name != "localhost" && !(IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
            );

    public static void AddExplainedHosts(this IServiceCollection services)
    {
        services.Configure<Microsoft.AspNetCore.HostFiltering.HostFilteringOptions>(o => o.IncludeFailureMessage = false);
        // before the framework's own filter, so that this one sees its answer
        services.Insert(0, ServiceDescriptor.Transient<IStartupFilter, Explanation>());
    }

    sealed class Explanation(IConfiguration configuration) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    async (context, rest) =>
                    {
                        await rest(context);
                        if (
                            context.Response is { StatusCode: StatusCodes.Status400BadRequest, HasStarted: false }
                            && context.GetEndpoint() is null
                        )
                            await ExplainAsync(context);
                    }
                );
                next(app);
            };

        Task ExplainAsync(HttpContext context)
        {
            var name = context.Request.Host.Host;
            var known = name.Length > 0 && name.Length < 256 && Uri.CheckHostName(name.Trim('[', ']')) != UriHostNameType.Unknown;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(
                known
                    ? $"LiftLab does not answer to the name '{name}'. It answers to: {Of(configuration)}.\n"
                        + $"To reach it under this name, start it with --AllowedHosts \"{Of(configuration)};{name}\", "
                        + "or add the name to AllowedHosts in appsettings.json.\n"
                    : "The request names no host that LiftLab answers to.\n",
                context.RequestAborted
            );
        }
    }
}
