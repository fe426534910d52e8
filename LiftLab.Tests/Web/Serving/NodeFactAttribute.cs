using LiftLab.Tests.House;

namespace LiftLab.Tests.Web.Serving;

/// <summary>A test with the official Node client; skipped with the reason where Node or the client is missing.</summary>
sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        if (Program("node") is null)
            Skip = "Node is missing";
        else if (!Directory.Exists(Path.Combine(Clients, "node_modules", "openai")))
            Skip = "the Node client is missing: run 'npm ci' in LiftLab.Tests/Clients";
    }

    public static string Clients { get; } = Path.Combine(Sources.Root, "LiftLab.Tests", "Clients");

    /// <summary>The path of a program; null where it is missing.</summary>
    public static string? Program(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
