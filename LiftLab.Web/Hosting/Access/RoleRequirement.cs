using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authorization;

namespace LiftLab.Web.Hosting.Access;

/// <summary>What the policies demand, each named after its role. Where nobody signs in, everyone meets them all.</summary>
sealed record RoleRequirement(Role Least) : IAuthorizationRequirement;

sealed class RoleCheck(Visitors visitors) : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (visitors.Of(context.User).Has(requirement.Least))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
