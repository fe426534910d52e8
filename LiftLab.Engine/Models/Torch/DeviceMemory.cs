namespace LiftLab.Engine.Models.Torch;

/// <summary>Memory of the device on which a model would run on this machine.</summary>
/// <param name="Bytes">Total bytes of the GPU, or the machine's memory that this process may use.</param>
/// <param name="OnCard">Whether the device is a GPU.</param>
/// <param name="Name">Name in messages: the GPU's name, or "this machine".</param>
public sealed record DeviceMemory(long Bytes, bool OnCard, string Name)
{
    /// <summary>Bytes that are not in use now; null for a GPU.</summary>
    public long? Available { get; init; }

    /// <summary>A GPU counts only if the bundled libtorch can use one. Does not load libtorch.</summary>
    public static DeviceMemory Read() =>
        HasCudaLibrary.Value && GraphicsCard.Read() is { } card ? new(card.Memory, true, card.Name) : Machine();

    /// <summary>Memory of a libtorch device; that of this machine if the GPU driver does not report it.</summary>
    public static DeviceMemory Of(TorchSharp.torch.Device device) =>
        device.type == TorchSharp.DeviceType.CUDA && GraphicsCard.Read() is { } card ? new(card.Memory, true, card.Name) : Machine();

    static DeviceMemory Machine() =>
        new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, false, "this machine") { Available = MachineMemory.Available() };

    static readonly Lazy<bool> HasCudaLibrary = new(() =>
        Directory
            .EnumerateFiles(
                AppContext.BaseDirectory,
                OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so",
                SearchOption.AllDirectories
            )
            .Any()
    );
}
