using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Money;

namespace LiftLab.Tests.Engine.OpenAi;

public sealed class SpendingTests : IDisposable
{
    static readonly Price Cheap = new("compatible", "tiny", 10, 1, 2);
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-spending-").FullName;

    SpendingFile Kept => new(Path.Combine(folder, SpendingFile.FileName));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void An_attempt_counts_on_from_the_one_before_and_a_job_counts_once()
    {
        var first = Spending.Kept(Cheap, null, Kept, "openai", TimeProvider.System);
        first.Trains("ftjob-1", 100_000);
        first.Answered(500_000, 0);
        var second = Spending.Kept(Cheap, null, Kept, "openai", TimeProvider.System);
        Assert.Equal((100_000, 500_000), (second.Trained, second.AskedTokens));
        second.Trains("ftjob-1", 100_000);
        second.Answered(0, 250_000);
        Assert.Equal(1 + 0.5m + 0.5m, second.Dollars);
        Assert.Equal(second.Dollars, Bill.Of(Kept.Read()).Dollars);
        Assert.Equal(0, Spending.Kept(Cheap, null, Kept, "another fit", TimeProvider.System).Trained);
    }

    [Fact]
    public void The_limit_holds_for_requests_side_by_side()
    {
        var spending = new Spending(Cheap, 1);
        using (spending.Reserve(0, 600_000, 0))
            Assert.Equal("money-limit", Assert.Throws<LearningFailedException>(() => spending.Reserve(0, 600_000, 0)).Code);
        using var next = spending.Reserve(0, 600_000, 0); // the first was given back
        Assert.Equal("price-unknown", Assert.Throws<LearningFailedException>(() => new Spending(null, 1).Reserve(1, 0, 0)).Code);
        new Spending(null, null).Reserve(1, 0, 0).Dispose();
    }

    [Fact]
    public void A_line_that_was_cut_off_is_left_out()
    {
        Kept.Add(new(DateTimeOffset.UnixEpoch, "openai", null, 0, 7, 0, 1));
        File.AppendAllText(Path.Combine(folder, SpendingFile.FileName), "{\"at\":\"19");
        Assert.Equal(7, Bill.Of(Kept.Read()).Asked);
    }
}
