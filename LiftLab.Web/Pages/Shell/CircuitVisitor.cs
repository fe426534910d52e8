using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace LiftLab.Web.Pages.Shell;

/// <summary>
/// Whoever has opened a page; one per circuit. Sets <see cref="Visitor.Current"/> for every event of the page, so that what a page does is
/// checked where it is done. Events of a visitor who is no longer let in are dropped.
/// </summary>
public sealed class CircuitVisitor(AuthenticationStateProvider signIn, Visitors visitors) : CircuitHandler
{
    Visitor? visitor;

    public async Task<Visitor> GetAsync() => visitor ??= visitors.Of((await signIn.GetAuthenticationStateAsync()).User);

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(
        Func<CircuitInboundActivityContext, Task> next
    ) =>
        async context =>
        {
            var who = await GetAsync();
            if (who.Role is null)
                return;
            Visitor.Current = who;
            await next(context);
        };
}
