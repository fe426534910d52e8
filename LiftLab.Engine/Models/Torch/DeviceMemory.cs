namespace LiftLab.Engine.Models.Torch;

/// <summary>What a model may take on the device it would run on here.</summary>
/// <param name="Bytes">Of the graphics card, or of the machine as far as this process may use it.</param>
/// <param name="OnCard">Whether it is a graphics card's.</param>
/// <param name="Name">For people: the card's name, or "this machine".</param>
public sealed record DeviceMemory(long Bytes, bool OnCard, string Name)
{
    /// <summary>A card counts only where the libtorch that came with the program can use one. Nothing is loaded.</summary>
    public static DeviceMemory Read() =>
        HasCudaLibrary.Value && GraphicsCard.Read() is { } card ? new(card.Memory, true, card.Name) : Machine();

    /// <summary>The memory of a device that libtorch computes on; all of this machine's where the card's driver does not say.</summary>
    public static DeviceMemory Of(TorchSharp.torch.Device device) =>
        device.type == TorchSharp.DeviceType.CUDA && GraphicsCard.Read() is { } card ? new(card.Memory, true, card.Name) : Machine();

    static DeviceMemory Machine() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, false, "this machine");

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
