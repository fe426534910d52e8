using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LiftLab.Engine.Runs;

/// <summary>Versions of LiftLab, .NET, the operating system, and the libraries that can change results.</summary>
public static class SoftwareVersions
{
    static readonly string[] Counting =
    [
        "TorchSharp",
        "libtorch-cpu-linux-x64",
        "libtorch-cpu",
        "LightGBM",
        "Microsoft.ML.OnnxRuntime",
        "Microsoft.ML.Tokenizers",
        "MathNet.Numerics",
    ];

    /// <summary>Name and version, LiftLab first.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        var engine = typeof(SoftwareVersions).Assembly;
        var versions = new Dictionary<string, string>
        {
            ["LiftLab"] =
                engine.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                ?? engine.GetName().Version?.ToString()
                ?? "unknown",
            [".NET"] = Environment.Version.ToString(),
            ["system"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
        };
        var file = Path.Combine(AppContext.BaseDirectory, "LiftLab.Engine.deps.json");
        if (!File.Exists(file))
            return versions; // single-file publication has no such file
        using var stream = File.OpenRead(file);
        using var document = JsonDocument.Parse(stream);
        foreach (var library in document.RootElement.GetProperty("libraries").EnumerateObject())
            if (library.Name.Split('/') is [var name, var version] && Counting.Contains(name))
                versions[name] = version;
        return versions;
    }
}
