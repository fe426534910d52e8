using System.CommandLine;
using System.Globalization;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// Model of a benchmark: a folder, or random weights of a named size. The speed does not depend on the values of the weights.
/// </summary>
static class BenchModel
{
    /// <summary>GPT-J shapes: vocabulary, width, layers, heads, rotary dimensions.</summary>
    static readonly Dictionary<string, (int Vocabulary, int Width, int Layers, int Heads, int Rotary)> Sizes = new(StringComparer.Ordinal)
    {
        ["mini"] = (359, 128, 4, 4, 16),
        ["5m"] = (4096, 256, 4, 4, 32),
        ["10m"] = (8192, 256, 8, 4, 32),
        ["25m"] = (8192, 512, 5, 8, 32),
        ["120m"] = (16384, 768, 13, 12, 32),
        ["6b"] = (50400, 4096, 28, 16, 64),
    };

    public static Option<string> ModelOption() =>
        new("--model")
        {
            Description = $"A model folder, or a size with random weights: {string.Join(", ", Sizes.Keys)}.",
            DefaultValueFactory = _ => "mini",
        };

    public static Option<string> DtypeOption() =>
        new("--dtype") { Description = "float32 or bfloat16.", DefaultValueFactory = _ => "float32" };

    /// <exception cref="ArgumentException">The model is neither a folder nor a size, or the dtype or device cannot be used.</exception>
    public static LanguageModel Open(string model, string dtype)
    {
        var type = dtype switch
        {
            "float32" => ScalarType.Float32,
            "bfloat16" => ScalarType.BFloat16,
            _ => throw new ArgumentException($"dtype '{dtype}' is not supported; the valid values are float32 and bfloat16"),
        };
        var place = TorchRuntime.Pick();
        if (Directory.Exists(model))
            return ModelFolder.Load(model, place, type);
        if (!Sizes.TryGetValue(model, out var size))
            throw new ArgumentException($"'{model}' is neither a folder nor one of the sizes {string.Join(", ", Sizes.Keys)}");
        var created = new LanguageModel(GptJ.Sized(size.Vocabulary, size.Width, size.Layers, size.Heads, size.Rotary, 2048), place, type);
        new Initialisation().Apply(created, 1);
        return created;
    }

    /// <summary>Random prompt of <paramref name="length"/> token ids below 256 and below the vocabulary size.</summary>
    public static int[] Prompt(Random random, int length, int vocabulary) =>
        [.. Enumerable.Range(0, length).Select(_ => random.Next(Math.Min(vocabulary, 256)))];

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Peak resident memory of this process in bytes; 0 if the system does not report it.</summary>
    public static long PeakMemory()
    {
        if (!File.Exists("/proc/self/status"))
            return 0;
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null
            ? 0
            : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>
    /// Resets the peak, so that temporary memory of loading does not count. Has no effect on systems without /proc/self/clear_refs.
    /// </summary>
    public static void ForgetPeak()
    {
        TorchRuntime.TrimMemory();
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
    }
}
