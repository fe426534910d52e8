using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Parts;

/// <summary>
/// The address that a page gives itself. The browser takes it over a moment later; until then the page may be drawn with the parameters of
/// the former address, which must not make it load what it had before.
/// </summary>
sealed class OwnAddress(NavigationManager navigation)
{
    string? former;
    string wanted = "";

    /// <summary>Whether the parameters are still those of the former address.</summary>
    public bool IsOnItsWay
    {
        get
        {
            if (navigation.Uri != former)
                former = null;
            return former is not null;
        }
    }

    /// <summary>Replaces the address, if it is another one.</summary>
    public void Take(string address)
    {
        var to = navigation.ToAbsoluteUri(address).ToString();
        if (to == (IsOnItsWay ? wanted : navigation.Uri))
            return;
        (former, wanted) = (navigation.Uri, to);
        navigation.NavigateTo(address, replace: true);
    }
}
