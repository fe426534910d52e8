using LiftLab.Web.Api.OpenAi;
using LiftLab.Web.Live.Serving;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Diagnostics;

namespace LiftLab.Web.Hosting.Access;

/// <summary>
/// Says why a role does not suffice: to scripts as problem details, to clients of OpenAI's API in its form, to people as a page.
/// </summary>
sealed class Refusals(Visitors visitors) : IAuthorizationMiddlewareResultHandler
{
    readonly AuthorizationMiddlewareResultHandler usual = new();

    public async Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        var visitor = visitors.Of(context.User);
        var least = policy.Requirements.OfType<RoleRequirement>().Select(r => r.Least).DefaultIfEmpty(Role.View).Max();
        if (!authorizeResult.Forbidden || visitor.WhyNot(least) is not { } why)
        {
            await usual.HandleAsync(next, context, policy, authorizeResult);
            return;
        }
        if (OpenAiApi.IsFor(context.Request.Path))
            await OpenAiError.WriteAsync(context, new ServingException(403, why, code: "insufficient_permissions"));
        else if (LabHost.IsForScripts(context.Request.Path))
            await TypedResults.Problem(why, statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
        else
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Features.Get<IStatusCodePagesFeature>()?.Enabled = false;
            // the shell of the dashboard, which says why instead of the page; nothing of the page is rendered here
            if (
                HttpMethods.IsGet(context.Request.Method)
                && context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
                && visitor.Has(Role.View)
            )
                await next(context);
            else
                await context.Response.WriteAsync(why, context.RequestAborted);
        }
    }
}
