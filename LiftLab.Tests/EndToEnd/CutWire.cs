using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LiftLab.Tests.EndToEnd;

/// <summary>A TCP proxy to a port of this machine whose wire can be cut: open connections are dropped and new ones refused until it is mended.</summary>
sealed class CutWire : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentDictionary<TcpClient, bool> open = new();
    readonly int port;
    volatile bool cut;

    public CutWire(int port)
    {
        this.port = port;
        listener.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    public void Cut()
    {
        cut = true;
        foreach (var client in open.Keys) client.Close();
    }

    public void Mend() => cut = false;

    async Task AcceptAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                if (cut) client.Close();
                else _ = CarryAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        open[client] = open[server] = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, port, stop.Token);
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), stop.Token), server.GetStream().CopyToAsync(client.GetStream(), stop.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // one side is gone; the other follows
        }
        finally
        {
            open.TryRemove(client, out _);
            open.TryRemove(server, out _);
            client.Close();
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        foreach (var client in open.Keys) client.Close();
        stop.Dispose();
    }
}
