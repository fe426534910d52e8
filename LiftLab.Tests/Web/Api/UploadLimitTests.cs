using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LiftLab.Tests.Web.Serving;

namespace LiftLab.Tests.Web.Api;

/// <summary>A body that is too large is refused in words that arrive, at every address that takes files, however it is sent.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class UploadLimitTests
{
    const int Megabyte = 1 << 20,
        Sent = 12 * Megabyte;

    const string Tables = "/api/datasets?name=large.csv",
        Files = "/v1/files";

    static ServedLab Lab() => new(null, 0, ("LiftLab:MaxUploadBytes", $"{Megabyte}"), ("LiftLab:Serving:MaxFileBytes", $"{Megabyte}"));

    /// <summary>The three addresses that take files, with the words of their refusals.</summary>
    static async Task<(string Path, string Words)[]> AddressesAsync(ServedLab served)
    {
        var run = await served.Lab.QueueAsync(new("knn"));
        return
        [
            (Tables, "LiftLab:MaxUploadBytes"),
            ($"/api/runs/{run.Id}/predict", "LiftLab:MaxUploadBytes"),
            (Files, "LiftLab:Serving:MaxFileBytes"),
        ];
    }

    static HttpContent Body(string path, HttpContent bytes)
    {
        if (path != Files)
            return bytes;
        return new MultipartFormDataContent { { new StringContent("fine-tune"), "purpose" }, { bytes, "file", "train.jsonl" } };
    }

    static async Task DemandRefusalAsync(HttpResponseMessage answer, string words)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.RequestEntityTooLarge, $"{answer.StatusCode}: {text}");
        Assert.Contains(words, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Too_much_is_refused_and_the_connection_goes_on(bool chunked)
    {
        using var served = Lab();
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        var opened = 0;
        handler.ConnectCallback = async (context, cancel) =>
        {
            opened++;
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        };
        using var http = new HttpClient(handler) { BaseAddress = served.Lab.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServedLab.Key);
        foreach (var (path, words) in await AddressesAsync(served))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = Body(path, new ByteArrayContent(new byte[Sent])),
            };
            request.Headers.TransferEncodingChunked = chunked;
            using var answer = await http.SendAsync(request);
            await DemandRefusalAsync(answer, words);
        }
        Assert.Equal(1, opened);
        Assert.DoesNotContain("large.csv", await http.GetStringAsync("/api/datasets"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_asks_first_sends_nothing()
    {
        using var served = Lab();
        foreach (var (path, words) in await AddressesAsync(served))
        {
            var body = new CountedBody(Sent);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(served.Lab.Address, path)) { Content = Body(path, body) };
            request.Headers.ExpectContinue = true;
            using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(2) };
            using var http = new HttpMessageInvoker(handler);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServedLab.Key);
            using var answer = await http.SendAsync(request, default);
            await DemandRefusalAsync(answer, words);
            Assert.False(body.IsSent);
        }
    }

    /// <summary>The refusal comes while the client still sends, after a bounded number of bytes.</summary>
    [Fact]
    public async Task A_client_that_never_ends_is_answered_and_cut_off()
    {
        using var served = Lab();
        foreach (var (path, words) in await AddressesAsync(served))
        {
            using var client = new TcpClient();
            await client.ConnectAsync(served.Lab.Address.Host, served.Lab.Address.Port);
            await using var wire = client.GetStream();
            var head = path == Files ? "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n" : "";
            await wire.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST {path} HTTP/1.1\r\nHost: {served.Lab.Address.Authority}\r\nAuthorization: Bearer {ServedLab.Key}\r\n"
                        + "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + (head.Length > 0 ? $"{head.Length:x}\r\n{head}\r\n" : "")
                )
            );
            var sending = SendForEverAsync(wire);
            _ = sending.ContinueWith(t => t.Exception, TaskScheduler.Default);
            using var reader = new StreamReader(wire, Encoding.UTF8, false, 1 << 12, leaveOpen: true);
            Assert.Contains(" 413 ", await reader.ReadLineAsync(), StringComparison.Ordinal);
            var text = new StringBuilder();
            while (!text.ToString().Contains(words, StringComparison.Ordinal) && await reader.ReadLineAsync() is { } line)
                text.AppendLine(line);
            Assert.Contains(words, text.ToString(), StringComparison.Ordinal);
            if (path == Files) // five seconds later
                await Assert.ThrowsAnyAsync<IOException>(() => sending);
        }
    }

    static async Task SendForEverAsync(NetworkStream wire)
    {
        const int size = 1 << 20;
        byte[] chunk = [.. Encoding.ASCII.GetBytes($"{size:x}\r\n"), .. new byte[size], .. "\r\n"u8];
        while (true)
            await wire.WriteAsync(chunk);
    }

    sealed class CountedBody(int bytes) : HttpContent
    {
        public bool IsSent { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            IsSent = true;
            return stream.WriteAsync(new byte[bytes]).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes;
            return true;
        }
    }
}
