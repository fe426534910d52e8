using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>
/// S small models of one configuration that are computed together: one batched product replaces S small ones, whose cost is mostly that of
/// the call. Every weight has the shape (S, …); the rows of a batch are ordered by model. Embedding and head have a part of the vocabulary
/// only: the embedding its first ids, the head the tokens that answers can contain, which may differ between the models.
/// </summary>
public sealed class ModelStack : IDisposable
{
    /// <summary>
    /// Bias in logits of tokens that no answer contains: their probability is below float32's precision, whatever the other logits are.
    /// </summary>
    public const double NeverAnAnswer = -40;

    /// <summary>
    /// The head has a multiple of this many places, so that a logit is computed by the same vector code whatever the number of models.
    /// </summary>
    const int HeadUnit = 16;

    readonly int inputs;
    readonly StackedLinear head;
    readonly HashSet<Weight> transposed;
    readonly IReadOnlyList<IReadOnlyList<int>> answers;
    readonly IReadOnlyDictionary<int, int>[] places;

    /// <summary>Copies the weights of models; those that are trainable in the first one are trainable in the stack.</summary>
    /// <param name="inputs">Number of token ids, from 0, that prompts and answers contain.</param>
    /// <param name="answers">For each model, the ids of all tokens that its answers can contain.</param>
    /// <exception cref="ArgumentException">The models cannot be stacked.</exception>
    public ModelStack(IReadOnlyList<LanguageModel> models, int inputs, IReadOnlyList<IReadOnlyList<int>> answers)
    {
        var first = models[0];
        if (!CanStack(first) || models.Count != answers.Count)
            throw new ArgumentException("only plain models with a head and a head bias of their own can be stacked", nameof(models));
        (this.inputs, this.answers) = (inputs, answers);
        places = [.. answers.Select(ids => ids.Select((id, place) => (id, place)).ToDictionary(p => p.id, p => p.place))];
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Together = new(first.Config, first.Device, first.Dtype, weightless: true);
        var outputs = (answers.Max(a => a.Count) + HeadUnit - 1) / HeadUnit * HeadUnit;
        var slots = Together.Linears.ToArray();
        var turned = new HashSet<Weight>();
        foreach (var slot in slots)
        {
            var plain = (DenseLinear)slot.Layer;
            slot.Layer = new StackedLinear(plain.Inputs, slot == slots[^1] ? outputs : plain.Outputs, plain.Weight, plain.Bias);
            if (!plain.InByOut)
                turned.Add(plain.Weight);
        }
        (head, transposed) = ((StackedLinear)slots[^1].Layer, turned);
        Together.Tokens.Layer = new StackedEmbedding(((TokenEmbedding)Together.Tokens.Layer).Weight);
        var sources = models.Select(m => m.Weights.ToArray()).ToArray();
        foreach (var (weight, w) in Together.Weights.Select((weight, w) => (weight, w)).ToArray())
        {
            weight.Replace(stack([.. sources.Select((source, m) => Part(weight, source[w].Value.detach(), answers[m], outputs))], 0));
            weight.Trainable = sources[0][w].Trainable;
        }
    }

    /// <summary>The stacked model: a batch has S·R rows.</summary>
    public LanguageModel Together { get; }

    /// <summary>Number of models, S.</summary>
    public int Count => answers.Count;

    /// <summary>The place in a model's head of each token that its answers can contain.</summary>
    public IReadOnlyDictionary<int, int> Places(int model) => places[model];

    /// <summary>
    /// Whether models like this one can be stacked: float32, without adapters, quantised layers or learned positions, and with a head and a
    /// head bias of its own.
    /// </summary>
    public static bool CanStack(LanguageModel model) =>
        model.Dtype == ScalarType.Float32
        && !model.Config.TiedEmbeddings
        && model.Config.Rotary != RotaryStyle.None
        && model.Tokens.Layer is TokenEmbedding
        && model.Linears.All(s => s.Layer is DenseLinear)
        && model.Linears.Last().Layer is DenseLinear { InByOut: false, Bias: not null };

    /// <summary>
    /// Copies the weights of one model into an ordinary one with the whole vocabulary. Its token vectors beyond those of the stack are
    /// unchanged; tokens that no answer contains get a bias of <see cref="NeverAnAnswer"/> and weights of 0.
    /// </summary>
    /// <param name="model">Index in the stack.</param>
    public void CopyTo(int model, LanguageModel whole)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = Index(answers[model], Together.Device);
        foreach (var (weight, target) in Together.Weights.Zip(whole.Weights))
        {
            var value = weight.Value.detach().select(0, model);
            if (transposed.Contains(weight))
                value = value.t();
            if (weight == head.Weight || weight == head.Bias)
            {
                target.Value.detach().Fill(weight == head.Bias ? NeverAnAnswer : 0);
                target.Value.detach().index_copy_(0, ids, value.narrow(0, 0, ids.shape[0]));
            }
            else if (target.Value.shape[0] > value.shape[0])
                target.Value.detach().narrow(0, 0, inputs).copy_(value);
            else
                target.Value.detach().copy_(value);
        }
    }

    /// <summary>One model as an ordinary one with the whole vocabulary, see <see cref="CopyTo"/>.</summary>
    /// <param name="start">The model from which it started: gives the vectors of tokens that the stack does not have.</param>
    public LanguageModel Take(int model, LanguageModel start)
    {
        var whole = new LanguageModel(start.Config, start.Device, start.Dtype);
        using var frozen = no_grad();
        foreach (var (from, to) in start.Tokens.Layer.Weights.Zip(whole.Tokens.Layer.Weights))
            to.Value.copy_(from.Value);
        CopyTo(model, whole);
        return whole;
    }

    /// <summary>
    /// Lets tokens be answers again that <see cref="CopyTo"/> made impossible, for training that continues on another table: their bias
    /// becomes 0. Other tokens are unchanged.
    /// </summary>
    /// <returns>Whether the model has changed.</returns>
    public static bool Admit(LanguageModel model, IEnumerable<int> ids)
    {
        if (model.Linears.Last().Layer.Bias is not { } bias)
            return false;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var values = bias.Value.detach();
        float[] before = values.to(ScalarType.Float32).cpu().data<float>().ToArray();
        long[] admitted = [.. ids.Distinct().Where(id => before[id] == (float)NeverAnAnswer).Select(id => (long)id)];
        if (admitted.Length > 0)
            values.index_copy_(0, Upload.Of(admitted, values.device), zeros([admitted.Length], values.dtype, values.device));
        return admitted.Length > 0;
    }

    Tensor Part(Weight weight, Tensor value, IReadOnlyList<int> ids, int outputs)
    {
        if (weight == head.Weight || weight == head.Bias)
            value = Placed(value, ids, outputs);
        if (transposed.Contains(weight))
            return value.t();
        return weight == ((StackedEmbedding)Together.Tokens.Layer).Weight ? value.narrow(0, 0, inputs) : value;
    }

    /// <summary>The rows of the answers' tokens; unused places have weights of 0 and a bias of <see cref="NeverAnAnswer"/>.</summary>
    static Tensor Placed(Tensor value, IReadOnlyList<int> ids, int outputs)
    {
        var known = value.index_select(0, Index(ids, value.device));
        if (ids.Count == outputs)
            return known;
        var free = zeros([outputs - ids.Count, .. value.shape[1..]], value.dtype, value.device);
        return cat([known, value.dim() == 1 ? free.Fill(NeverAnAnswer) : free], 0);
    }

    static Tensor Index(IEnumerable<int> ids, Device device) => Upload.Of(ids, device);

    public void Dispose() => Together.Dispose();
}
