using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// State shared by the model's custom backward functions during a backward pass: the first exception, which must not propagate into native
/// code, and the gradient returned last. Autograd holds its own reference to a returned gradient, so the managed reference is disposed when
/// the next function is called; otherwise all gradients would stay in memory until the end of the pass, and on a GPU longer.
/// </summary>
public sealed class BackwardPass
{
    Exception? kept;
    Tensor? handed;

    public void Keep(Exception e) => Interlocked.CompareExchange(ref kept, e, null);

    /// <summary>Call with the gradient that a backward function returns, and with its input gradient, which is disposed.</summary>
    internal Tensor Hand(Tensor result, Tensor done)
    {
        done.Dispose();
        handed?.Dispose();
        return handed = result.DetachFromDisposeScope();
    }

    /// <summary>Call after every backward(). Throws if a backward function failed.</summary>
    public void End()
    {
        handed?.Dispose();
        handed = null;
        if (Interlocked.Exchange(ref kept, null) is { } e)
            throw new InvalidOperationException("the backward pass failed: " + e.Message, e);
    }
}
