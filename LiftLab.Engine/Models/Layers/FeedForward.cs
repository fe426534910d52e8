using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>down(act(up(x))), or down(act(gate(x)) · up(x)) with a gate.</summary>
public sealed class FeedForward(LinearSlot? gate, LinearSlot up, LinearSlot down, Activation activation)
{
    public IEnumerable<LinearSlot> Slots => gate is null ? [up, down] : [gate, up, down];

    /// <summary>The layers whose input is that of the feed-forward.</summary>
    public IEnumerable<LinearSlot> InputSlots => gate is null ? [up] : [gate, up];

    /// <param name="shared">Products of x with the adapters of the input layers; null if they are not computed together.</param>
    public Tensor Forward(Tensor x, SharedDown? shared = null)
    {
        using var scope = NewDisposeScope();
        return down.Forward(gate is null ? Activate(up.Forward(x, shared)) : Activate(gate.Forward(x, shared)) * up.Forward(x, shared))
            .MoveToOuterDisposeScope();
    }

    Tensor Activate(Tensor x) =>
        activation switch
        {
            Activation.GeluTanh => nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
            Activation.Gelu => nn.functional.gelu(x),
            Activation.Silu => nn.functional.silu(x),
            _ => nn.functional.relu(x),
        };
}
