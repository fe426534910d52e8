using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>Conversion of a tensor's dtype.</summary>
static class Cast
{
    /// <summary>Converts the tensor; returns the tensor itself if it already has this dtype.</summary>
    public static Tensor As(this Tensor tensor, ScalarType dtype) => tensor.dtype == dtype ? tensor : tensor.to(dtype);
}
