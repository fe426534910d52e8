using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>y = x Wᵀ + b in any representation: dense, quantised, or an adapter around another layer.</summary>
public abstract class LinearLayer(int inputs, int outputs) : IDisposable
{
    public int Inputs { get; } = inputs;
    public int Outputs { get; } = outputs;

    /// <summary>Tensors of this layer and of those it wraps.</summary>
    public abstract IEnumerable<Weight> Weights { get; }

    /// <summary>b (Outputs); null without bias.</summary>
    public abstract Weight? Bias { get; }

    /// <param name="x">(…, Inputs)</param>
    /// <returns>(…, Outputs)</returns>
    public abstract Tensor Forward(Tensor x);

    /// <param name="low">
    /// (N, r) product of the input's N rows with <see cref="DownProjection"/>, if it was computed together with those of other layers; null
    /// otherwise.
    /// </param>
    internal virtual Tensor Forward(Tensor x, Tensor? low) => Forward(x);

    /// <summary>The matrix (r, Inputs) of an adapter whose product with the input can be computed outside; null if there is none.</summary>
    internal virtual Tensor? DownProjection => null;

    /// <summary>x Wᵀ without the bias.</summary>
    public abstract Tensor Product(Tensor x);

    public void Dispose()
    {
        foreach (var weight in Weights)
            weight.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Holds a linear layer of the model, which can be wrapped or replaced without changing attention and feed-forward.</summary>
/// <param name="name">The module's name in the checkpoint, without ".weight".</param>
public sealed class LinearSlot(string name, LinearLayer layer)
{
    public string Name { get; } = name;
    public LinearLayer Layer { get; set; } = layer;

    public Tensor Forward(Tensor x, SharedDown? shared = null) => Layer.Forward(x, shared?.Of(this));
}
