using System.Threading.Channels;
using Microsoft.Playwright;

namespace LiftLab.Tests.EndToEnd.Browser;

/// <summary>Between a page and the lab: what the lab says arrives late, and in its order.</summary>
static class SlowConnection
{
    /// <summary>Milliseconds by which every page of the browser tests hears the lab late: shows what acts on an older state.</summary>
    const string Variable = "LIFTLAB_SLOW_CIRCUIT";

    public static Task SetAsWantedAsync(IPage page) =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), out var late) && late > 0
            ? SetAsync(page, TimeSpan.FromMilliseconds(late))
            : Task.CompletedTask;

    /// <param name="delay">Of each message from the lab.</param>
    public static Task SetAsync(IPage page, TimeSpan delay) =>
        page.RouteWebSocketAsync(
            "**/*",
            socket =>
            {
                var server = socket.ConnectToServer();
                var late = Channel.CreateUnbounded<(byte[]? Bytes, string? Text, long At)>();
                socket.OnMessage(frame => Send(server, frame.Binary, frame.Text));
                server.OnMessage(frame => late.Writer.TryWrite((frame.Binary, frame.Text, Environment.TickCount64)));
                _ = DeliverAsync(socket, late.Reader, delay);
            }
        );

    static async Task DeliverAsync(IWebSocketRoute page, ChannelReader<(byte[]? Bytes, string? Text, long At)> late, TimeSpan delay)
    {
        await foreach (var (bytes, text, at) in late.ReadAllAsync())
        {
            var left = at + (long)delay.TotalMilliseconds - Environment.TickCount64;
            if (left > 0)
                await Task.Delay((int)left);
            Send(page, bytes, text);
        }
    }

    static void Send(IWebSocketRoute to, byte[]? bytes, string? text)
    {
        if (bytes is not null)
            to.Send(bytes);
        else
            to.Send(text ?? "");
    }
}
