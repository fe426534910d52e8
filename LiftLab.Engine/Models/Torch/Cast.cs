using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>Change of a tensor's number type.</summary>
static class Cast
{
    /// <summary>The tensor itself where it is of that type already.</summary>
    public static Tensor As(this Tensor tensor, ScalarType dtype) => tensor.dtype == dtype ? tensor : tensor.to(dtype);
}
