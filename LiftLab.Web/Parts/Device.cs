namespace LiftLab.Web.Parts;

/// <summary>The processor, memory and GPUs of this machine.</summary>
/// <param name="Gpus">Names of NVIDIA cards from the driver; empty where there is none.</param>
/// <param name="Memory">Bytes that the process may use.</param>
public sealed record Device(string Processor, int Cores, long Memory, IReadOnlyList<string> Gpus)
{
    const string Cards = "/proc/driver/nvidia/gpus",
        Processors = "/proc/cpuinfo";

    public static Device Read() =>
        new(
            Line(Processors, "model name") ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Directory.Exists(Cards)
                ?
                [
                    .. Directory
                        .EnumerateDirectories(Cards)
                        .Order(StringComparer.Ordinal)
                        .Select(d => Line(Path.Combine(d, "information"), "Model"))
                        .OfType<string>(),
                ]
                : []
        );

    /// <summary>
    /// What can be fine-tuned here, in a sentence. A full fine-tune needs about 16 bytes a parameter, LoRA on bfloat16 weights about 2.5.
    /// </summary>
    public string Fits =>
        Gpus.Count > 0
            ? "Fine-tunes large models with LoRA on the GPU, and lift-mini in seconds."
            : "Fine-tunes lift-mini in seconds. Models with up to about "
                + $"{Math.Max(100, Memory / 16 / 1_000_000 / 2 / 100 * 100)} million parameters fit in memory; they train slowly.";

    static string? Line(string file, string name)
    {
        if (!File.Exists(file))
            return null;
        foreach (var line in File.ReadLines(file))
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Split(':', 2) is [_, var value])
                return value.Trim();
        return null;
    }
}
