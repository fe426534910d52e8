using LiftLab.Web.Pages;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.EndToEnd;

/// <summary>The dashboard on a real socket with a lab folder of its own, as it is deployed.</summary>
public sealed class LabServer : WebApplicationFactory<Program>
{
    readonly bool ownsFolder;

    /// <param name="folder">An earlier server's lab, for a restart.</param>
    /// <param name="port">0 for a free one.</param>
    public LabServer(string? folder = null, int port = 0)
    {
        (ownsFolder, Folder) = (folder is null, folder ?? Directory.CreateTempSubdirectory("liftlab-").FullName);
        UseKestrel(port);
    }

    public string Folder { get; }

    public Uri Address { get; private set; } = default!;

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("LiftLab:LabFolder", Folder);
        builder.UseSetting("Urls", "");
        builder.UseSetting("AllowedHosts", "*");
    }

    public LabServer Start()
    {
        StartServer();
        var address = Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        return this;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && ownsFolder && Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
