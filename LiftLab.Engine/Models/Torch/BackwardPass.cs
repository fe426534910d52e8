using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Torch;

/// <summary>
/// What a model's own backward functions share while gradients are computed: the first failure, which must not leave them as an exception,
/// and the gradient handed back last. The engine keeps a hold of its own on what it was handed, so the program's hold is given up as
/// soon as the next function is called; else every gradient of a pass would stay in memory to its end, and on a card beyond it.
/// </summary>
public sealed class BackwardPass
{
    Exception? kept;
    Tensor? handed;

    public void Keep(Exception e) => Interlocked.CompareExchange(ref kept, e, null);

    /// <summary>Call with what a backward function returns, and with the gradient it was given and needs no longer.</summary>
    internal Tensor Hand(Tensor result, Tensor done)
    {
        done.Dispose();
        handed?.Dispose();
        return handed = result.DetachFromDisposeScope();
    }

    /// <summary>Call behind every backward().</summary>
    public void End()
    {
        handed?.Dispose();
        handed = null;
        if (Interlocked.Exchange(ref kept, null) is { } e)
            throw new InvalidOperationException("the backward pass failed: " + e.Message, e);
    }
}
