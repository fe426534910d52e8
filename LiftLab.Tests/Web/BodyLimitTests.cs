using LiftLab.Web.Hosting;
using Microsoft.AspNetCore.Http;

namespace LiftLab.Tests.Web;

/// <summary>How much of a refused body is discarded, and for how long.</summary>
public sealed class BodyLimitTests
{
    readonly ManualClock clock = new();

    BodyLimit Limited(Stream body, long? most, long? length = null)
    {
        var request = new DefaultHttpContext().Request;
        (request.Body, request.ContentLength) = (body, length);
        return new(request, most, clock);
    }

    static Task<BadHttpRequestException> RefusedAsync(Stream limited) =>
        Assert.ThrowsAsync<BadHttpRequestException>(async () => await limited.CopyToAsync(Stream.Null));

    [Theory]
    [InlineData(100L, null)]
    [InlineData(100L, 100L)]
    [InlineData(null, 100L)]
    public async Task What_is_within_the_limit_passes_whole(long? most, long? length)
    {
        var bytes = Enumerable.Range(0, 100).Select(i => (byte)i).ToArray();
        var into = new MemoryStream();
        await Limited(new MemoryStream(bytes), most, length).CopyToAsync(into);
        Assert.Equal(bytes, into.ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(101L)]
    public async Task The_rest_of_a_body_that_is_too_large_is_discarded(long? length)
    {
        var body = new MemoryStream(new byte[101]);
        var refusal = await RefusedAsync(Limited(body, 100, length));
        Assert.Equal(StatusCodes.Status413PayloadTooLarge, refusal.StatusCode);
        Assert.Equal(101, body.Position);
    }

    [Fact]
    public async Task A_body_without_an_end_is_discarded_up_to_a_number_of_bytes()
    {
        var body = new Endless();
        await RefusedAsync(Limited(body, 100));
        Assert.InRange(body.Given, BodyLimit.MostBytes, BodyLimit.MostBytes + (1 << 20));
    }

    [Fact]
    public async Task A_client_that_stops_sending_is_waited_for_no_longer_than_the_limit()
    {
        var body = new Endless(silentAfter: 200);
        var refusal = RefusedAsync(Limited(body, 100));
        clock.Advance(BodyLimit.Longest - TimeSpan.FromSeconds(1));
        Assert.False(refusal.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(StatusCodes.Status413PayloadTooLarge, (await refusal).StatusCode);
    }

    sealed class Endless(long silentAfter = long.MaxValue) : MemoryStream
    {
        public long Given { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Given >= silentAfter)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            var count = (int)Math.Min(buffer.Length, silentAfter - Given);
            Given += count;
            return count;
        }
    }
}
