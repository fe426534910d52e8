using LiftLab.Engine.Models.Torch;
using TorchSharp;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// Peak memory of a benchmark on its device. On the CPU that of the process. On a GPU what was in use after a step minus what was in use
/// before the model: libtorch's allocator keeps what it has taken, so that the memory after a step includes the step's peak.
/// </summary>
sealed class PeakOfDevice
{
    readonly Func<long?>? used;
    readonly long before;
    long most;

    /// <param name="used">Bytes in use on the GPU; null on the CPU.</param>
    internal PeakOfDevice(Func<long?>? used)
    {
        this.used = used;
        most = before = used?.Invoke() ?? 0;
    }

    /// <summary>Create it before the model.</summary>
    public static PeakOfDevice Of(torch.Device device) => new(device.type == DeviceType.CUDA ? () => GraphicsCard.Read()?.Used : null);

    /// <summary>Call after each step.</summary>
    public void Note() => most = Math.Max(most, used?.Invoke() ?? 0);

    /// <summary>Bytes; 0 if the system does not report it.</summary>
    public long Bytes => used is null ? BenchModel.PeakMemory() : most - before;
}
