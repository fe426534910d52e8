using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Copies numbers of the program to the model's device. To a GPU they go through page-locked memory and the copy does not wait for the
/// kernels that are still running; libtorch keeps that memory until the copy is done.
/// </summary>
static class Upload
{
    public static Tensor Of(long[] values, ReadOnlySpan<long> shape, Device device) => To(tensor(values, shape), device);

    public static Tensor Of(long[] values, Device device) => To(tensor(values), device);

    public static Tensor Of(bool[] values, ReadOnlySpan<long> shape, Device device) => To(tensor(values, shape), device);

    public static Tensor Of(double[] values, ReadOnlySpan<long> shape, Device device) => To(tensor(values, shape), device);

    static Tensor To(Tensor host, Device device)
    {
        if (device.type != DeviceType.CUDA)
            return device.type == DeviceType.CPU ? host : host.to(device);
        using var locked = host.pin_memory();
        host.Dispose();
        return locked.to(device, non_blocking: true);
    }
}
