using LiftLab.Engine;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Web.Parts;

namespace LiftLab.Tests.Engine;

public sealed class NumberWordsTests
{
    [Theory]
    [InlineData(0, "0.0000")]
    [InlineData(0.29421, "0.2942")]
    [InlineData(2.2123e-13, "2.21E-13")]
    [InlineData(-2.2e-13, "-2.2E-13")]
    [InlineData(0.00049, "0.00049")]
    [InlineData(1e-320, "1E-320")]
    [InlineData(27.1812, "27.1812")]
    [InlineData(1234567.8, "1234568")]
    [InlineData(1.5e200, "1.5E+200")]
    [InlineData(double.NaN, "–")]
    public void A_number_that_is_not_zero_has_leading_digits(double value, string text) => Assert.Equal(text, NumberWords.Of(value));

    [Theory]
    [InlineData(2e-7, "2E-07")]
    [InlineData(0.0006, "0.0006")]
    [InlineData(5.2e-17, "0.000")]
    [InlineData(0.1234, "0.123")]
    [InlineData(0, "0.000")]
    public void Pages_do_not_show_a_small_score_as_zero(double value, string text) =>
        Assert.Equal(text, Display.Value(value, Metrics.LogLoss));

    [Theory]
    [InlineData(82368.4, "82368")]
    [InlineData(2.2161e-13, "2.216E-13")]
    [InlineData(12.3456, "12.35")]
    [InlineData(0, "0")]
    public void A_sentence_has_no_exponent_for_usual_sizes(double value, string text) => Assert.Equal(text, NumberWords.Significant(value));

    [Fact]
    public void An_interval_of_tiny_errors_has_leading_digits() =>
        Assert.Equal("1.5E-13–2.5E-13", Display.Interval(new("rmse", 2e-13, 1.5e-13, 2.5e-13, 10, 0), Metrics.Rmse));
}
