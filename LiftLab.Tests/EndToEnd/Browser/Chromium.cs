using System.Diagnostics;

namespace LiftLab.Tests.EndToEnd.Browser;

/// <summary>The Chromium that the end-to-end tests drive: found, or installed where that is permitted.</summary>
static class Chromium
{
    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    static readonly Lazy<(string? Path, string? Missing)> Found = new(Find);

    /// <summary>The executable; null for the one that Playwright installed into its own cache.</summary>
    public static string? Path => Found.Value.Path;

    /// <summary>
    /// Why there is none; null where there is one. The first call may install it: by apt on Debian as root, else by Playwright.
    /// </summary>
    public static string? Missing => Found.Value.Missing;

    static (string? Path, string? Missing) Find()
    {
        if ((Installed() ?? FromDebian()) is { } path)
            return (path, null);
        return Microsoft.Playwright.Program.Main(["install", "chromium"]) == 0
            ? (null, null)
            : (null, "Chromium is missing and could not be installed here (Debian: apt-get install chromium)");
    }

    static string? Installed()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } chosen)
            return chosen;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)))
            .FirstOrDefault(File.Exists);
    }

    static string? FromDebian()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            return null;
        AptGet("update", "-qq");
        AptGet("install", "-y", "-qq", "--no-install-recommends", "chromium");
        return Installed();
    }

    static void AptGet(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/apt-get", arguments) { Environment = { ["DEBIAN_FRONTEND"] = "noninteractive" } };
        using var process = Process.Start(start)!;
        process.WaitForExit();
    }
}

/// <summary>
/// A test that drives the dashboard with Chromium. Skipped, with the reason, where there is none and none may be installed.
/// </summary>
class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = BrowserSkip.Reason;
}

/// <summary>As <see cref="BrowserFactAttribute"/>, with data.</summary>
sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = BrowserSkip.Reason;
}

static class BrowserSkip
{
    /// <summary>
    /// Set by <c>.ci/run fast</c>: attributes are made for tests that a filter leaves out too, and these must not install a browser.
    /// </summary>
    const string Variable = "LIFTLAB_NO_BROWSER";

    public static string? Reason =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } ? $"{Variable} is set" : Chromium.Missing;
}
