using System.Collections.Concurrent;
using LiftLab.Web.Live;
using LiftLab.Web.Storage.People;

namespace LiftLab.Web.Hosting.Access;

/// <summary>
/// Connections that stay open: those of pages and of the hub. One whose visitor is no longer let in is cut at once; the browser then loads
/// the page again and comes to the sign-in page.
/// </summary>
sealed class OpenConnections : IDisposable
{
    readonly ConcurrentDictionary<HttpContext, Visitor> open = [];
    readonly LabPeople people;
    readonly Visitors visitors;

    public OpenConnections(LabPeople people, Visitors visitors)
    {
        (this.people, this.visitors) = (people, visitors);
        people.Changed += Cut;
        visitors.Ended += Cut;
    }

    /// <summary>Notes for each request who asks, and keeps watch over those that stay open.</summary>
    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var visitor = Visitor.Current = visitors.Of(context.User);
        if (!context.Request.Path.StartsWithSegments("/_blazor") && !context.Request.Path.StartsWithSegments(RunHub.Path))
        {
            await next(context);
            return;
        }
        open[context] = visitor;
        try
        {
            await next(context);
        }
        finally
        {
            open.TryRemove(context, out _);
        }
    }

    void Cut()
    {
        foreach (var (context, visitor) in open)
            if (visitor.Role is null)
                context.Abort();
    }

    public void Dispose()
    {
        people.Changed -= Cut;
        visitors.Ended -= Cut;
    }
}
