using LiftLab.Engine.Commands;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Commands;

/// <summary>Lists of columns on the command line, with names that hold commas and quotes.</summary>
public sealed class NameListTests
{
    static readonly Table Data = new(
        "t",
        [.. new[] { "length, mm", "mass", "a,b,c", "a", "it's", "say \"x\"", "kind" }.Select(n => new Column(n, ["1"]))]
    );

    [Theory]
    [InlineData("mass", "mass")]
    [InlineData("length, mm", "length, mm")]
    [InlineData("length, mm,mass", "length, mm|mass")]
    [InlineData("mass, length, mm , kind", "mass|length, mm|kind")]
    [InlineData("'length, mm',mass", "length, mm|mass")]
    [InlineData("\"length, mm\" , \"mass\"", "length, mm|mass")]
    [InlineData("a,b,c", "a,b,c")]
    [InlineData("a, mass", "a|mass")]
    [InlineData("it's,mass", "it's|mass")]
    [InlineData("say \"x\",kind", "say \"x\"|kind")]
    [InlineData("mass,,kind,", "mass|kind")]
    public void Names_are_found(string list, string names) => Assert.Equal(names.Split('|'), NameList.Read(list, Data));

    [Theory]
    [InlineData("length", "there is no column 'length'")]
    [InlineData("mass,nothing", "there is no column 'nothing'")]
    [InlineData("'mass, kind'", "there is no column 'mass, kind'")]
    public void An_unknown_name_is_answered_with_the_names_in_quotes(string list, string what)
    {
        var message = Assert.Throws<ArgumentException>(() => NameList.Read(list, Data)).Message;
        Assert.StartsWith(what, message, StringComparison.Ordinal);
        Assert.Contains("'length, mm', 'mass'", message, StringComparison.Ordinal);
    }
}
