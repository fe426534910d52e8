using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>down(act(up(x))), or down(act(gate(x)) · up(x)) with a gate.</summary>
public sealed class FeedForward(LinearSlot? gate, LinearSlot up, LinearSlot down, Activation activation)
{
    public IEnumerable<LinearSlot> Slots => gate is null ? [up, down] : [gate, up, down];

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return down.Forward(gate is null ? Activate(up.Forward(x)) : Activate(gate.Forward(x)) * up.Forward(x)).MoveToOuterDisposeScope();
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
