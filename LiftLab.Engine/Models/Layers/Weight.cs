using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>A tensor of the model under its name in the checkpoint. It outlives every dispose scope; its model disposes it.</summary>
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
                    $"'{Name}' is quantised and cannot learn; add an adapter, or load the model in float32"
                );
            if (value == Value.requires_grad)
                return;
            Value.requires_grad = value;
            if (!value)
                Value.grad = null;
        }
    }

    /// <summary>Puts other content of the same shape in place, as when a weight without memory is loaded.</summary>
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
