using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Studio;

namespace LiftLab.Tests.Engine.Studio;

public sealed class TemplateCompletionTests
{
    static readonly string[] Columns = ["sepal length", "sepal width", "owner's age"];

    /// <summary>The caret is at '^'.</summary>
    static IReadOnlyList<Suggestion> At(string text) =>
        TemplateCompletion.At(text.Replace("^", "", StringComparison.Ordinal), text.IndexOf('^', StringComparison.Ordinal), Columns);

    [Theory]
    [InlineData("a {^", "for f in features")]
    [InlineData("a {^", "sepal width")]
    [InlineData("{{ ^", "features")]
    [InlineData("{{ wid^", "sepal width")]
    [InlineData("{{ row[^", "sepal length")]
    [InlineData("{{ row['len^", "sepal length")]
    [InlineData("{{ row['sepal length'] | ^", "decimals")]
    [InlineData("{{ x | dec^", "decimals")]
    [InlineData("{% for f in features %}{{ f.^", "wording")]
    [InlineData("{% for f in features %}{{ ^", "f")]
    [InlineData("{{ features[0].va^", "value")]
    [InlineData("{% e^", "else")]
    [InlineData("{% if row['sepal width'] == '1' %}{% ^", "case")]
    public void What_may_stand_there_is_offered(string text, string label) => Assert.Contains(At(text), s => s.Label == label);

    [Theory]
    [InlineData("no braces ^")]
    [InlineData("{{ f.value }} and ^")]
    [InlineData("{{ f.value ^}}")]
    [InlineData("{{ 'text^")]
    public void Elsewhere_nothing_is_offered(string text) => Assert.DoesNotContain(At(text), s => s.Hint == "filter" || s.Hint == "tag");

    [Fact]
    public void An_inserted_suggestion_makes_a_template_that_can_be_read()
    {
        foreach (var suggestion in At("a {^").Where(s => s.Label != "if" && s.Label != "unless" && s.Label != "case"))
            Assert.NotNull(new TemplateText("a " + suggestion.Insert, Columns));
        foreach (var suggestion in At("{{ row['^"))
            Assert.NotNull(new TemplateText("{{ " + suggestion.Insert + " }}", Columns));
        Assert.Contains(At("{{ row['^"), s => s.Insert == "row[\"owner's age\"]");
    }

    [Fact]
    public void Every_member_and_every_filter_has_its_line()
    {
        Assert.Equal(FeatureText.Members.Order(), At("{{ f.^").Select(s => s.Label).Order());
        Assert.Equal(TemplateFilters.Names.Select(f => f.Name).Order(), At("{{ target | ^").Select(s => s.Label).Order());
    }
}
