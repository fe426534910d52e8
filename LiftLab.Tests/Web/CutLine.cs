using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LiftLab.Tests.Web;

/// <summary>
/// A TCP line to a server that can be cut and mended: connections die and new ones are refused meanwhile. It can also hang: connections
/// stay open and nothing is carried.
/// </summary>
sealed class CutLine : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<TcpClient, bool> open = new();
    readonly CancellationTokenSource stop = new();
    readonly Uri server;
    readonly Task accepting;
    volatile bool cut;
    volatile TaskCompletionSource? held;
    long carried;

    public CutLine(Uri server)
    {
        this.server = server;
        listener.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public void Cut()
    {
        cut = true;
        foreach (var client in open.Keys)
            client.Close();
    }

    /// <summary>Nothing is carried any more, and no connection is closed.</summary>
    public void Hang() => held ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Hangs when so many bytes have been carried to the server; 0 for never.</summary>
    public long HangAfter { get; set; }

    public bool Hangs => held is not null;

    public void Mend()
    {
        (cut, HangAfter) = (false, 0);
        Interlocked.Exchange(ref held, null)?.SetResult();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptTcpClientAsync(stop.Token));
        }
        catch (OperationCanceledException) { }
    }

    async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            if (cut)
                return;
            open[near] = open[far] = true;
            await far.ConnectAsync(server.Host, server.Port, stop.Token);
            await Task.WhenAny(
                PumpAsync(near.GetStream(), far.GetStream(), isUp: true),
                PumpAsync(far.GetStream(), near.GetStream(), isUp: false)
            );
        }
        catch (Exception e)
            when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        { }
        finally
        {
            open.TryRemove(near, out _);
            open.TryRemove(far, out _);
        }
    }

    async Task PumpAsync(NetworkStream from, NetworkStream to, bool isUp)
    {
        var buffer = new byte[1 << 14];
        int read;
        while ((read = await from.ReadAsync(buffer, stop.Token)) > 0)
        {
            if (isUp && Interlocked.Add(ref carried, read) > HangAfter && HangAfter > 0)
                Hang();
            if (held is { } gate)
                await gate.Task.WaitAsync(stop.Token);
            await to.WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Cut();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }
}
