using LiftLab.Web.Api.OpenAi;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;

namespace LiftLab.Web.Hosting.Access;

/// <summary>
/// Gives every endpoint a policy, in one place: an endpoint that only reads needs the role view, one that changes something the role run,
/// unless it says otherwise itself. What changes something is also limited per person and minute.
/// </summary>
static class GuardedEndpoints
{
    /// <summary>All that is mapped in the group is guarded.</summary>
    public static RouteGroupBuilder MapGuarded(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(Guard);
        return group;
    }

    /// <summary>Pages and their connection: a page that is not for everyone says so with an attribute.</summary>
    public static void GuardPage(EndpointBuilder endpoint)
    {
        if (!IsSettled(endpoint))
            endpoint.Metadata.Add(new AuthorizeAttribute(nameof(Role.View)));
    }

    static void Guard(EndpointBuilder endpoint)
    {
        var changes = Changes(endpoint);
        if (!IsSettled(endpoint))
            endpoint.Metadata.Add(new AuthorizeAttribute(changes ? nameof(Role.Run) : nameof(Role.View)));
        var isLimited = endpoint.Metadata.Any(m => m is EnableRateLimitingAttribute or IAllowAnonymous);
        if (changes && !isLimited && endpoint is RouteEndpointBuilder { RoutePattern.RawText: var path } && !IsOpenAi(path))
            endpoint.Metadata.Add(new EnableRateLimitingAttribute(LabAccess.WorkLimit));
    }

    static bool IsSettled(EndpointBuilder endpoint) => endpoint.Metadata.Any(m => m is IAllowAnonymous or IAuthorizeData);

    /// <summary>The hub has POST for its connection only.</summary>
    static bool Changes(EndpointBuilder endpoint) =>
        !endpoint.Metadata.Any(m => m is Microsoft.AspNetCore.SignalR.HubMetadata)
        && endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods is { Count: > 0 } methods
        && methods.Any(m => !HttpMethods.IsGet(m) && !HttpMethods.IsHead(m));

    static bool IsOpenAi(string? path) => OpenAiApi.IsFor("/" + (path ?? "").TrimStart('/'));
}
