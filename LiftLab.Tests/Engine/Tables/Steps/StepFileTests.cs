using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.RandomNumbers;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;

namespace LiftLab.Tests.Engine.Tables.Steps;

/// <summary>Steps as JSON.</summary>
public sealed class StepFileTests
{
    [Fact]
    public void Every_kind_is_written_and_read()
    {
        var seen = new HashSet<string>();
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new NumpyRandom(seed);
            var steps = RandomSteps.Of(random, RandomSteps.Table(random), 8);
            var text = StepFile.Text(steps);
            Assert.Equal(text, StepFile.Text(StepFile.Read(text)));
            foreach (var step in steps)
            {
                Assert.Equal(StepFile.Text(step), StepFile.Text(StepFile.ReadOne(StepFile.Text(step))));
                seen.Add(StepFile.Text(step).Split('"')[3]);
            }
        }
        Assert.Equal(StepFile.Kinds.Order(), seen.Order());
    }

    [Fact]
    public void A_step_reads_as_a_person_writes_it()
    {
        Assert.Equal(
            "{\"step\":\"fill-missing\",\"column\":\"größe\",\"with\":\"mostFrequent\"}",
            StepFile.Text(new FillMissing("größe", FillWith.MostFrequent))
        );
        Assert.Equal(
            new FillMissing("age", FillWith.Median),
            StepFile.ReadOne("{\"column\":\"age\",\"with\":\"median\",\"step\":\"fill-missing\"}")
        );
        Assert.Equal(
            new RenameColumn("a", "b"),
            Assert.Single(StepFile.Read("[{\"step\":\"rename-column\",\"column\":\"a\",\"to\":\"b\"}]"))
        );
    }

    [Theory]
    [InlineData("", "no steps")]
    [InlineData("[", "no steps")]
    [InlineData("null", "empty")]
    [InlineData("[null]", "empty place")]
    [InlineData("{\"format\":2,\"steps\":[]}", "format 2")]
    [InlineData("{\"format\":1}", "steps")]
    [InlineData("[{\"step\":\"drop-rows\"}]", "there is no step 'drop-rows'")]
    [InlineData("[{\"column\":\"a\"}]", "no steps")]
    [InlineData("[{\"step\":\"rename-column\",\"column\":\"a\"}]", "to")]
    [InlineData("[{\"step\":\"rename-column\",\"column\":null,\"to\":\"b\"}]", "column")]
    [InlineData("[{\"step\":\"trim-blanks\",\"colums\":[\"a\"]}]", "colums")]
    [InlineData("[{\"step\":\"clip-numbers\",\"column\":\"a\",\"low\":\"x\"}]", "no steps")]
    public void What_is_no_list_of_steps_says_why(string text, string why)
    {
        var bad = Assert.Throws<BadDataException>(() => StepFile.Read(text));
        Assert.Contains(why, Assert.Single(bad.Problems).What, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("fill-missing", bad.Problems[0].WhatToDo, StringComparison.Ordinal);
    }
}
