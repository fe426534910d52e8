using LiftLab.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.Scale;

/// <summary>
/// Adds an address to a lab whose response is sent in two pieces, as the lab's own growing responses are: the second comes when the test
/// has seen the first.
/// </summary>
sealed class Pieces : IStartupFilter
{
    public const string Path = "/pieces-of-a-test",
        First = "data: 1\n\n",
        Second = "data: 2\n\n";

    public SemaphoreSlim Seen { get; } = new(0);

    public void Add(IServiceCollection services) => services.AddSingleton<IStartupFilter>(this);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Map(Path, pieces => pieces.Run(SendAsync));
            next(app);
        };

    async Task SendAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.Query["type"];
        GrowingResponse.Announce(context.Response);
        await context.Response.WriteAsync(First, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Seen.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync(Second, context.RequestAborted);
    }
}
