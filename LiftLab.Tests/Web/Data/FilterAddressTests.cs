using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Tests.Engine.Tables;
using LiftLab.Web.Pages.Data;

namespace LiftLab.Tests.Web.Data;

/// <summary>The filters of rows in an address.</summary>
public sealed class FilterAddressTests
{
    static readonly Table Some = SomeTable.Of(("a b", ["1"]), ("c&d", ["x"]));

    [Fact]
    public void Every_filter_comes_back_equal()
    {
        CellCondition[] filters =
        [
            new CellCondition.Range("a b", 0, 5.25, true, "0 to 5.25"),
            new CellCondition.Range("a b", -1e-7, 0.1 + 0.2, false, "small"),
            new CellCondition.Is("c&d", "x \"y\" & z"),
            new CellCondition.Is("c&d", "日本"),
            new CellCondition.IsMissing("c&d"),
            new CellCondition.IsOther("c&d", ["x", "y"], 7),
        ];
        Assert.Equal(filters, FilterAddress.Read(FilterAddress.Write(filters), Some));
        Assert.Null(FilterAddress.Write([]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[{\"column\":\"gone\",\"is\":\"x\"}]")]
    [InlineData("[{\"column\":\"a b\",\"from\":\"x\"}]")]
    [InlineData("[{\"column\":\"a b\",\"from\":1}]")]
    public void What_is_no_filter_is_left_out(string? text) => Assert.Empty(FilterAddress.Read(text, Some));

    [Fact]
    public void Filters_that_no_address_can_hold_are_not_in_it() =>
        Assert.Null(FilterAddress.Write([new CellCondition.Is("c&d", new string('x', 10_000))]));
}
