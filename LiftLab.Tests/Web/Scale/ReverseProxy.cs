using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LiftLab.Tests.Web.Scale;

/// <summary>
/// nginx or Caddy in front of a lab, as a process of the test with a folder of its own and a certificate that it has made. The
/// configuration is that of the document.
/// </summary>
sealed class ReverseProxy : IAsyncDisposable
{
    public const string Nginx = "nginx",
        Caddy = "caddy",
        User = "anna",
        Password = "anna's password";

    const string Documented = "127.0.0.1:5080",
        Name = "lab.example.org";

    static readonly string[] Folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-proxy-").FullName;
    readonly StringBuilder said = new();
    readonly List<HttpClient> clients = [];
    readonly X509Certificate2 certificate;
    readonly int port;
    Process? process;

    ReverseProxy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(In("lab.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(In("lab.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public Uri Address => new($"https://localhost:{port}/");

    /// <summary>Why it cannot be used; null where it is installed.</summary>
    public static string? Missing(string program) =>
        OperatingSystem.IsLinux() && Find(program) is not null
            ? null
            : $"{program} is not installed (Debian: apt-get install --no-install-recommends {(program == Nginx ? "nginx-light" : program)})";

    static string? Find(string program) => Folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);

    string In(string name) => Path.Combine(folder, name);

    /// <param name="signsIn">Whether the proxy asks for a password and names the person.</param>
    /// <param name="pair">A second dashboard; the lab's is the first of the document's pair.</param>
    public static async Task<ReverseProxy> NginxAsync(Uri lab, bool signsIn = false, Uri? pair = null)
    {
        var proxy = new ReverseProxy();
        var server = ScaleDocument
            .Of(Nginx, "server_name")
            .With("listen 443 ssl", $"listen 127.0.0.1:{proxy.port} ssl")
            .With(Name, "localhost")
            .With("/etc/ssl/lab.pem", proxy.In("lab.pem"))
            .With("/etc/ssl/lab.key", proxy.In("lab.key"));
        if (pair is not null)
            server =
                server.With($"http://{Documented}", "http://lab")
                + ScaleDocument.Of(Nginx, "upstream lab").With("head1:5080", lab.Authority).With("head2:5080", pair.Authority);
        else
            server = server.With(Documented, lab.Authority);
        if (signsIn)
        {
            var users = proxy.In("lab.users");
            await proxy.RunAsync(ScaleDocument.Of("sh", "lab.users").With("/etc/nginx/lab.users", users), $"{Password}\n{Password}\n");
            var inside = ScaleDocument.Of(Nginx, "auth_basic_user_file").With("/etc/nginx/lab.users", users);
            server =
                ScaleDocument.Of(Nginx, "$http_authorization") + server.With("    proxy_read_timeout", inside + "    proxy_read_timeout");
        }
        await File.WriteAllTextAsync(
            proxy.In("nginx.conf"),
            $$"""
            daemon off; master_process off; pid {{proxy.In("pid")}}; error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{proxy.In("body")}}; proxy_temp_path {{proxy.In("passed")}};
              fastcgi_temp_path {{proxy.In("f")}}; uwsgi_temp_path {{proxy.In("u")}}; scgi_temp_path {{proxy.In("s")}};
              {{server}}
            }
            """
        );
        await proxy.StartAsync(Nginx, "-e", "stderr", "-p", proxy.folder, "-c", proxy.In("nginx.conf"));
        return proxy;
    }

    public static async Task<ReverseProxy> CaddyAsync(Uri lab)
    {
        var proxy = new ReverseProxy();
        var hash = await proxy.RunAsync($"{Find(Caddy)} hash-password --plaintext \"{Password}\"", "");
        var site = ScaleDocument
            .Of("caddyfile", "reverse_proxy")
            .With($"{Name} {{", $"https://localhost:{proxy.port} {{\n  tls {proxy.In("lab.pem")} {proxy.In("lab.key")}")
            .Replace(Documented, lab.Authority, StringComparison.Ordinal)
            .With("$2a$14$…", hash.Trim());
        await File.WriteAllTextAsync(proxy.In("Caddyfile"), "{\n  admin off\n  auto_https disable_redirects\n}\n" + site);
        await proxy.StartAsync(Caddy, "run", "--config", proxy.In("Caddyfile"), "--adapter", "caddyfile");
        return proxy;
    }

    /// <summary>A client that knows the certificate, follows no redirect and keeps cookies.</summary>
    public HttpClient Client(AuthenticationHeaderValue? authorization = null)
    {
        var http = new HttpClient(Handler()) { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = authorization;
        clients.Add(http);
        return http;
    }

    public SocketsHttpHandler Handler() =>
        new()
        {
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.Thumbprint },
        };

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    async Task StartAsync(string program, params string[] arguments)
    {
        process = Process.Start(Info(Find(program)!, arguments))!;
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.TrueAsync(async () =>
        {
            if (process.HasExited)
            {
                await process.WaitForExitAsync(); // all that it has said
                throw new InvalidOperationException($"{program} does not accept the document's configuration: {said}");
            }
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    ProcessStartInfo Info(string program, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        // Caddy keeps certificates and settings of its own
        (info.Environment["HOME"], info.Environment["XDG_DATA_HOME"], info.Environment["XDG_CONFIG_HOME"]) = (folder, folder, folder);
        return info;
    }

    async Task<string> RunAsync(string command, string input)
    {
        using var shell = Process.Start(Info("setsid", ["--wait", "bash", "-c", command]))!; // no terminal: passwords come from the input
        await shell.StandardInput.WriteAsync(input);
        shell.StandardInput.Close();
        var (output, wrong) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{command}: {await wrong}");
        return await output;
    }

    void Heard(string? line)
    {
        if (line is not null)
            lock (said)
                said.AppendLine(line);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var http in clients)
            http.Dispose();
        if (process is { HasExited: false })
            process.Kill();
        if (process is not null)
            await process.WaitForExitAsync();
        process?.Dispose();
        certificate.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
