using Bunit;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage.People;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiftLab.Tests.Web.People;

/// <summary>Buttons that a person may not use are disabled, with the reason.</summary>
public sealed class PermittedTests : PageTest
{
    static Visitor Of(string name, Role role) => new(name, () => role, NullLogger.Instance);

    IRenderedComponent<Permitted> Draw(Visitor? visitor, Action<ComponentParameterCollectionBuilder<Permitted>>? more = null) =>
        Page.Render<Permitted>(p =>
        {
            if (visitor is not null)
                p.AddCascadingValue(visitor);
            more?.Invoke(p);
            p.AddChildContent("<button>Start</button>");
        });

    [Fact]
    public void What_the_role_allows_is_drawn_as_it_is()
    {
        Draw(null).MarkupMatches("<button>Start</button>"); // nobody signs in
        Draw(Of("anna", Role.Run)).MarkupMatches("<button>Start</button>");
        Draw(Of("anna", Role.Run), p => p.Add(c => c.Own, true).Add(c => c.Owner, "ANNA")).MarkupMatches("<button>Start</button>");
        Draw(Of("eve", Role.Administer), p => p.Add(c => c.Own, true).Add(c => c.Owner, "anna")).MarkupMatches("<button>Start</button>");
    }

    [Fact]
    public void What_it_does_not_allow_is_disabled_with_the_reason()
    {
        var viewer = Draw(Of("vera", Role.View));
        Assert.NotNull(viewer.Find("fieldset[disabled] button"));
        Assert.Contains("This needs the role run", viewer.Find(".why-not").TextContent, StringComparison.Ordinal);
        var other = Draw(Of("rob", Role.Run), p => p.Add(c => c.Own, true).Add(c => c.Owner, "anna").Add(c => c.Quiet, true));
        Assert.Contains("started by anna", other.Find("fieldset[disabled]").GetAttribute("title"), StringComparison.Ordinal);
        Assert.Empty(other.FindAll(".why-not"));
        var unknown = Draw(Of("rob", Role.Run), p => p.Add(c => c.Own, true));
        Assert.Contains("not known who has started", unknown.Find(".why-not").TextContent, StringComparison.Ordinal);
        Assert.Empty(Draw(Of("vera", Role.View), p => p.Add(c => c.Hides, true)).FindAll("button"));
    }
}
