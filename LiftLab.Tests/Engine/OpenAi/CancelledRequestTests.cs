using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Tests.Engine.OpenAi;

/// <summary>A request that is cancelled just when its answer has come.</summary>
public sealed class CancelledRequestTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-cancelled-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_ends_as_cancelled_whatever_the_library_throws()
    {
        await using var service = await TestProvider.StartAsync();
        using var cancel = new CancellationTokenSource();
        var log = new ExchangeLog(Path.Combine(folder, ExchangeLog.FileName));
        using var client = ProviderClient.Open(service.Provider, TestProvider.Key, log, new CancellingClock(cancel));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("models", cancel.Token));
        Assert.Single(service.Requests);
    }

    /// <summary>The log asks it for the time when the answer is in memory, before the library has it.</summary>
    sealed class CancellingClock(CancellationTokenSource cancel) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            cancel.Cancel();
            return DateTimeOffset.UnixEpoch;
        }
    }
}
