using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.RandomNumbers;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Tests.Engine.Tables.Steps;

/// <summary>Random steps on random tables: each is done, or says why it does not apply; nothing else is thrown.</summary>
public sealed class StepFuzzTests
{
    /// <summary>Tables of the test; the variable LIFTLAB_FUZZ raises it.</summary>
    static readonly int Tables = int.TryParse(Environment.GetEnvironmentVariable("LIFTLAB_FUZZ"), out var n) ? n : 500;

    [Fact]
    public void A_step_is_done_or_says_why_not()
    {
        for (var seed = 0; seed < Tables; seed++)
        {
            var random = new NumpyRandom(seed);
            var table = RandomSteps.Table(random);
            var steps = RandomSteps.Of(random, table, random.Integer(1, 12));
            var done = SteppedTable.Of(table, steps);
            Assert.All(
                done.Failures,
                f => Assert.False(string.IsNullOrWhiteSpace(f.Failure!.What) || string.IsNullOrWhiteSpace(f.Failure.WhatToDo))
            );
            Assert.All(done.Outcomes, o => Assert.False(string.IsNullOrWhiteSpace(o.ToString())));
            // The counts of rows and columns are those of the tables.
            Assert.Equal(table.RowCount - done.Table.RowCount, done.Outcomes.Sum(o => o.Counts.Rows));
            Assert.Equal(
                done.Table.Columns.Count - table.Columns.Count,
                done.Outcomes.Sum(o => o.Counts.ColumnsAdded - o.Counts.ColumnsGone)
            );
            Assert.Equal(done.Table.RowCount, done.Rows?.Count ?? table.RowCount);
            // Steps that were written and read again do the same.
            var read = StepFile.Read(StepFile.Text(steps));
            Assert.Equal(RandomSteps.Bytes(done.Table), RandomSteps.Bytes(SteppedTable.Of(table, read).Table));
            // The steps as settled do the same to the same table.
            Assert.Equal(RandomSteps.Bytes(done.Table), RandomSteps.Bytes(SteppedTable.Of(table, done.Settled).Table));
            // What is offered for the problems applies.
            var problems = StepOffers.Problems(done.Table, LiftLab.Engine.Tables.Profile.SchemaGuess.Guess(done.Table));
            foreach (var step in problems.SelectMany(p => p.Remedies).Select(r => r.Step).OfType<TableStep>())
                Assert.DoesNotContain(SteppedTable.Of(done.Table, [step]).Failures, f => f.Failure!.Code == StepFailedException.NoColumn);
        }
    }

    [Fact]
    public async Task Steps_that_nobody_wrote_are_refused()
    {
        var good = StepFile.Text([.. RandomSteps.Of(new(1), await TableAsync(), 6)]);
        for (var seed = 0; seed < Tables; seed++)
        {
            var random = new NumpyRandom(seed);
            var spoilt = good.ToCharArray();
            for (var i = random.Integer(1, 5); i > 0; i--)
                spoilt[random.Integer(0, spoilt.Length)] = "{}[]\",:x0n-.\\ "[random.Integer(0, 14)];
            try
            {
                _ = StepFile.Read(new(spoilt));
            }
            catch (BadDataException bad)
            {
                Assert.Equal("steps-unreadable", Assert.Single(bad.Problems).Code);
            }
        }
    }

    static async Task<Table> TableAsync() => (await SomeTable.ReadAsync("c0,c1,c2\n1,2,3\n4,5,6\n")).Table;
}
