using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>A tensor of the model with its name in the checkpoint. It belongs to no dispose scope; its model disposes it.</summary>
public sealed class Weight : IDisposable
{
    public Weight(string name, Tensor value)
    {
        Name = name;
        Value = value.DetachFromDisposeScope();
    }

    public string Name { get; }

    public Tensor Value { get; private set; }

    public bool Trainable
    {
        get => Value.requires_grad;
        set
        {
            if (value && !Value.is_floating_point())
                throw new InvalidOperationException(
                    $"'{Name}' is quantised and cannot be trained; add an adapter, or load the model in float32"
                );
            if (value == Value.requires_grad)
                return;
            Value.requires_grad = value;
            if (!value)
                Value.grad = null;
        }
    }

    /// <summary>Replaces the tensor by another one of the same shape, for example when a weight on the meta device is loaded.</summary>
    public void Replace(Tensor value)
    {
        var trainable = Trainable;
        Value.Dispose();
        Value = value.DetachFromDisposeScope();
        if (trainable)
            Trainable = true;
    }

    public void Dispose() => Value.Dispose();
}
