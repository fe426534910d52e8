using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LiftLab.Tests.Web;

/// <summary>A TCP line to a server that can be cut and mended: connections die and new ones are refused meanwhile.</summary>
sealed class CutLine : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<TcpClient, bool> open = new();
    readonly CancellationTokenSource stop = new();
    readonly Uri server;
    readonly Task accepting;
    volatile bool cut;

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

    public void Mend() => cut = false;

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
                near.GetStream().CopyToAsync(far.GetStream(), stop.Token),
                far.GetStream().CopyToAsync(near.GetStream(), stop.Token)
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

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Cut();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }
}
