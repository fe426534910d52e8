namespace LiftLab.Engine.Models.Torch;

/// <summary>Memory of the device on which a model would run on this machine.</summary>
/// <param name="Bytes">Total bytes of the GPU, or the machine's memory that this process may use.</param>
/// <param name="OnCard">Whether the device is a GPU.</param>
/// <param name="Name">Name in messages: the GPU's name, or "this machine".</param>
public sealed record DeviceMemory(long Bytes, bool OnCard, string Name)
{
    /// <summary>Bytes that no process uses now; null if it is not known.</summary>
    public long? Available { get; init; }

    /// <summary>Whether the device computes in bfloat16; a GPU does from compute capability 8.0.</summary>
    public bool HasBFloat16 { get; init; } = true;

    /// <summary>A GPU counts only if libtorch can use one and the person has not chosen the CPU. Does not load libtorch.</summary>
    public static DeviceMemory Read() =>
        DeviceChoice.AllowsCard && HasCudaLibrary.Value && GraphicsCard.Read() is { } card ? Card(card) : Machine();

    /// <summary>Memory of a libtorch device; that of this machine if the GPU driver does not report it.</summary>
    public static DeviceMemory Of(TorchSharp.torch.Device device) =>
        device.type == TorchSharp.DeviceType.CUDA && GraphicsCard.Read() is { } card ? Card(card) : Machine();

    static DeviceMemory Card(GraphicsCard card) =>
        new(card.Memory, true, card.Name) { Available = card.Memory - card.Used, HasBFloat16 = card.Capability is not { Major: < 8 } };

    static DeviceMemory Machine() =>
        new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, false, "this machine") { Available = MachineMemory.Available() };

    static readonly Lazy<bool> HasCudaLibrary = new(() => HasCuda(AppContext.BaseDirectory, SearchPath));

    /// <summary>Where the system looks for libraries; libtorch is there in builds without one (TorchBackend=none).</summary>
    static string? SearchPath => Environment.GetEnvironmentVariable(OperatingSystem.IsWindows() ? "PATH" : "LD_LIBRARY_PATH");

    /// <summary>Whether the folder, its subfolders or a folder of the search path has the CUDA part of libtorch.</summary>
    internal static bool HasCuda(string folder, string? searchPath)
    {
        var name = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";
        return Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).Any()
            || (searchPath ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Any(f => File.Exists(Path.Combine(f, name)));
    }
}
