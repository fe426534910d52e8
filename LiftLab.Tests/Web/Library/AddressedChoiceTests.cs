using LiftLab.Web.Pages.Library;

namespace LiftLab.Tests.Web.Library;

public sealed class AddressedChoiceTests
{
    static AddressedChoice<string> At(string address)
    {
        var choice = new AddressedChoice<string>();
        choice.Read(address);
        return choice;
    }

    [Fact]
    public void An_address_that_follows_late_takes_no_choice_back()
    {
        var choice = At("start");
        choice.Choose("first");
        choice.Read("start"); // rendered for another reason
        Assert.Equal("first", choice.Value);
        choice.Choose("first and second");
        choice.Read("first");
        Assert.Equal("first and second", choice.Value);
        choice.Read("first and second");
        Assert.Equal("first and second", choice.Value);
    }

    [Fact]
    public void An_address_from_elsewhere_counts()
    {
        var choice = At("start");
        choice.Choose("mine");
        choice.Read("mine");
        choice.Read("start"); // the browser's back button
        Assert.Equal("start", choice.Value);
        choice.Choose("on the way");
        choice.Read("a link");
        Assert.Equal("a link", choice.Value);
    }

    [Fact]
    public void There_and_back_ends_where_it_began()
    {
        var choice = At("off");
        choice.Choose("on");
        choice.Choose("off");
        choice.Read("on");
        Assert.Equal("off", choice.Value);
        choice.Read("off");
        choice.Choose("on");
        choice.Read("on");
        Assert.Equal("on", choice.Value);
    }
}
