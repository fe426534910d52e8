using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// Copies numbers of the program to the model's device. To a GPU they go through page-locked memory and the copy does not wait for the
/// kernels that are still running; libtorch keeps that memory until the copy is done. A house test keeps other ways out.
/// </summary>
static class Upload
{
    public static Tensor Of(long[] values, ReadOnlySpan<long> shape, Device device) => Of(tensor(values, shape), device);

    public static Tensor Of(long[] values, Device device) => Of(tensor(values), device);

    /// <summary>Token ids or places as int64.</summary>
    public static Tensor Of(int[] values, ReadOnlySpan<long> shape, Device device) =>
        Of(Array.ConvertAll(values, v => (long)v), shape, device);

    /// <summary>(n) int64.</summary>
    public static Tensor Of(int[] values, Device device) => Of(Array.ConvertAll(values, v => (long)v), device);

    /// <summary>(n) int64.</summary>
    public static Tensor Of(IEnumerable<int> values, Device device) => Of(values.ToArray(), device);

    public static Tensor Of(bool[] values, ReadOnlySpan<long> shape, Device device) => Of(tensor(values, shape), device);

    public static Tensor Of(float[] values, ReadOnlySpan<long> shape, Device device) => Of(tensor(values, shape), device);

    public static Tensor Of(double[] values, ReadOnlySpan<long> shape, Device device) => Of(tensor(values, shape), device);

    /// <param name="host">A tensor in the program's memory; it is disposed if the device is another one.</param>
    public static Tensor Of(Tensor host, Device device)
    {
        if (device.type == DeviceType.CPU)
            return host;
        using (host)
        {
            if (device.type != DeviceType.CUDA)
                return host.to(device);
            using var locked = host.pin_memory();
            return locked.to(device, non_blocking: true);
        }
    }
}
