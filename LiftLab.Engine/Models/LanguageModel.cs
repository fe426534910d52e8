using LiftLab.Engine.Models.Adapters;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>
/// A causal language model: token ids (B,T) to next-token logits (B,T,V). All architectures share the same modules, which the configuration
/// parameterises. Weights have their names in the Hugging Face checkpoint. Not thread-safe.
/// </summary>
public sealed class LanguageModel : IDisposable
{
    readonly EmbeddingSlot tokens;
    readonly Weight? positions;
    readonly Block[] blocks;
    readonly Norm finalNorm;
    readonly LinearSlot head;
    readonly Rotary? rotary;
    readonly Mode mode = new();
    readonly BackwardPass pass = new();

    /// <summary>Creates a model with uninitialised weights; initialise or load them before use.</summary>
    /// <param name="device">Null for the CPU. The meta device gives shapes without allocating memory.</param>
    /// <param name="weightless">Weights are on the meta device, without memory, until they are replaced.</param>
    public LanguageModel(ModelConfig config, Device? device = null, ScalarType dtype = ScalarType.Float32, bool weightless = false)
    {
        TorchRuntime.Start();
        (Config, Device, Dtype) = (config, device ?? CPU, dtype);
        using var scope = NewDisposeScope();
        var build = new ModelBuilder(config, weightless ? META : Device, dtype);
        tokens = build.Tokens();
        positions = build.Positions();
        rotary =
            config.Rotary == RotaryStyle.None
                ? null
                : new(config.Rotary, config.HeadWidth, config.RotaryWidth, config.RotaryBase, config.RotaryScaling);
        blocks = [.. Enumerable.Range(0, config.Layers).Select(i => build.Block(i, rotary))];
        finalNorm = build.FinalNorm();
        head = build.Head(tokens);
    }

    public ModelConfig Config { get; private set; }
    public Device Device { get; }
    public ScalarType Dtype { get; }

    /// <summary>Training mode: dropout is on.</summary>
    public bool Training
    {
        get => mode.Training;
        set => mode.Training = value;
    }

    /// <summary>
    /// Activation checkpointing: stores only each block's input and recomputes the block in the backward pass. Needs less memory and a
    /// third more time.
    /// </summary>
    public bool Checkpointing { get; set; }

    internal Mode Mode => mode;

    internal BackwardPass Pass => pass;

    /// <summary>Whether any adapter uses dropout.</summary>
    public bool UsesDropout => Linears.Any(s => s.Layer is LoraLinear { Shape.Dropout: > 0 });

    /// <summary>Seed of the next forward pass's dropout, so that a resumed run and a recomputed block get the same dropout mask.</summary>
    internal long DropoutSeed { get; set; }

    /// <summary>Makes all weights trainable, or freezes all.</summary>
    public void SetTrainable(bool trainable)
    {
        foreach (var weight in Weights)
            weight.Trainable = trainable;
    }

    /// <summary>Call after every backward pass: exceptions inside the native pass are stored and thrown here.</summary>
    public void ThrowIfBackwardFailed() => pass.End();

    /// <summary>Whether positions are learned vectors that are added to the tokens'.</summary>
    internal bool HasPositionEmbeddings => positions is not null;

    public EmbeddingSlot Tokens => tokens;

    /// <summary>Every linear layer of the model, the head last.</summary>
    public IEnumerable<LinearSlot> Linears => blocks.SelectMany(b => b.Slots).Append(head);

    /// <summary>Every weight tensor once, in the order of computation; a tied head adds none.</summary>
    public IEnumerable<Weight> Weights =>
        tokens
            .Layer.Weights.Concat(positions is null ? [] : [positions])
            .Concat(blocks.SelectMany(b => b.Norms.SelectMany(n => n.Weights).Concat(b.Slots.SelectMany(s => s.Layer.Weights))))
            .Concat(finalNorm.Weights)
            .Concat(head.Layer.Weights)
            .Distinct();

    public IEnumerable<Weight> Trainable => Weights.Where(w => w.Trainable);

    /// <summary>Total number of weights.</summary>
    public long ParameterCount => Weights.Sum(w => w.Value.numel());

    /// <summary>Bytes of all weights in memory.</summary>
    public long WeightBytes => Weights.Sum(w => w.Value.numel() * w.Value.element_size());

    /// <summary>
    /// Gives the head a weight of its own with the values of the embedding that it shared. Does nothing if it has one. Adapters stay.
    /// </summary>
    public void Untie()
    {
        if (!Config.TiedEmbeddings)
            return;
        using var frozen = no_grad();
        var adapted = head.Layer as LoraLinear;
        var shared = (DenseLinear)(adapted?.Base ?? head.Layer);
        var own = new DenseLinear(shared.Inputs, shared.Outputs, new(head.Name + ".weight", shared.Weight.Value.clone()), shared.Bias);
        if (adapted is null)
            head.Layer = own;
        else
            adapted.Base = own;
        Config = Config.Untied();
    }

    /// <summary>Hidden states after the final norm, the input of <see cref="Head"/>.</summary>
    /// <param name="ids">(B,T) int64. With a cache, only the new tokens.</param>
    /// <param name="mask">(B,T), 1 for tokens and 0 for padding, which must be on the left; null without padding.</param>
    /// <param name="last">Returns only this many last positions; null for all.</param>
    /// <remarks>Call inside a dispose scope that lasts until the backward pass is done.</remarks>
    /// <returns>(B,last,D)</returns>
    public Tensor Hidden(Tensor ids, Tensor? mask = null, KeyValueCache? cache = null, int? last = null)
    {
        var fresh = (int)ids.shape[1];
        var real = cache is null ? mask : cache.RealWith((int)ids.shape[0], fresh, mask, Device);
        var plan = new AttentionPlan(fresh, (cache?.Length ?? 0) + fresh, real, Dtype, Device);
        var hidden = Hidden(ids, plan, cache, last);
        cache?.Advance(fresh, real);
        return hidden;
    }

    /// <summary>Hidden states at the positions of packed sequences that are read. Without gradients.</summary>
    /// <param name="next">Number of prefix tokens that the first sequence of the next pass shares with the last one of this pass.</param>
    /// <param name="cache">Receives the sequences' keys and values as rows from <paramref name="firstRow"/> on.</param>
    /// <returns>(Rows, ReadEach, D)</returns>
    public Tensor Hidden(PackedSequences sequences, CarriedKeys carried, int next = 0, KeyValueCache? cache = null, int firstRow = 0)
    {
        CheckIds(sequences.Ids);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var packed = new PackedAttention(sequences, carried, next, cache, firstRow, Device);
        var hidden = Hidden(
            Upload.Of(Array.ConvertAll(sequences.Ids, i => (long)i), [1, sequences.Count], Device),
            new AttentionPlan(packed, Dtype, Device),
            last: sequences.Read
        );
        packed.Advance();
        return hidden.view(sequences.Rows, sequences.ReadEach, Config.Width).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states with the caller's attention plan; a cache is read and extended but not advanced.</summary>
    public Tensor Hidden(Tensor ids, AttentionPlan plan, KeyValueCache? cache = null, int? last = null)
    {
        var length = (int)ids.shape[1];
        var wanted = Math.Min(last ?? length, length);
        // masks, rotations and copies stay in the caller's dispose scope: a recomputed block needs them in the backward pass
        var turns = rotary?.Turns(plan, length, Device);
        for (var i = 0; i < blocks.Length; i++)
            plan.Prepare(Config.Window(i), i == blocks.Length - 1 ? wanted : length);
        var (firsts, copies) = blocks.Length > 1 && plan.Packed is { } packed ? Copies(packed) : (null, null);
        using var scope = NewDisposeScope();
        if (positions is not null && plan.Packed is not null)
            CheckPositions(plan);
        var x = tokens.Forward(firsts is null ? ids : ids.index_select(1, firsts));
        if (positions is not null)
            x = x.Plus(
                firsts is null ? PositionVectors(plan, length) : Aten.Embedding(positions.Value, plan.Positions!.index_select(1, firsts))
            );
        var seed = DropoutSeed = unchecked(DropoutSeed * 6364136223846793005 + 1442695040888963407);
        var drops = Training && UsesDropout;
        for (var i = 0; i < blocks.Length; i++)
        {
            var start = seed ^ i;
            var keep = i == blocks.Length - 1 ? wanted : length;
            var (block, input) = (blocks[i], x);
            x = Checkpointing && is_grad_enabled() ? Recomputed.Apply(input, y => Seeded(y), pass) : Seeded(input);

            Tensor Seeded(Tensor y)
            {
                if (drops)
                    manual_seed(start);
                return block.Forward(y, plan, turns, cache, keep, block == blocks[0] ? copies : null);
            }
        }
        return finalNorm.Forward(x).MoveToOuterDisposeScope();
    }

    /// <param name="hidden">(…, D)</param>
    /// <returns>Logits (…, V)</returns>
    public Tensor Head(Tensor hidden) => head.Forward(hidden);

    /// <summary>Logits (B,T,V) of every position.</summary>
    public Tensor Logits(Tensor ids, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        return Head(Hidden(ids, mask)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Before the first attention, a token's vector depends only on its id (and its position, if position embeddings are learned), so that
    /// repeated tokens are computed once.
    /// </summary>
    (Tensor Firsts, Tensor Copies) Copies(PackedLine line)
    {
        var (firsts, copies) = line.Repeated(byPosition: positions is not null);
        return (Upload.Of(firsts, Device), Upload.Of(copies, Device));
    }

    /// <summary>
    /// Call before ids are copied to the device: a GPU that looks up an id beyond the table leaves the process without a usable device.
    /// </summary>
    /// <exception cref="ModelFolderException">An id is not in the vocabulary.</exception>
    public void CheckIds(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            if (id < 0 || id >= Config.VocabularySize)
                throw new ModelFolderException(
                    "tokenizer-larger",
                    $"the tokenizer writes token {id}, and the model has {Config.VocabularySize}",
                    "Get tokenizer and weights of the same model."
                );
    }

    /// <summary>As <see cref="CheckIds"/>, for a whole training row, whose last token is no input.</summary>
    /// <exception cref="ModelFolderException">An id is not in the vocabulary.</exception>
    /// <exception cref="ArgumentException">The row has more tokens than the model has position embeddings.</exception>
    public void CheckRow(ReadOnlySpan<int> ids)
    {
        CheckIds(ids);
        if (HasPositionEmbeddings && ids.Length - 1 > Config.MaxPositions)
            throw new ArgumentException(
                $"the row has {ids.Length} tokens; this model has position embeddings for {Config.MaxPositions}",
                nameof(ids)
            );
    }

    Tensor PositionVectors(AttentionPlan plan, int length)
    {
        CheckPositions(plan);
        return plan.Positions is null
            ? positions!.Value.narrow(0, plan.FirstPosition, length)
            : Aten.Embedding(positions!.Value, plan.Positions);
    }

    /// <summary>
    /// A GPU that looks up a position beyond the table leaves the process without a usable device. Of padded rows the caller checks the
    /// length.
    /// </summary>
    void CheckPositions(AttentionPlan plan)
    {
        if (plan.PositionBound > Config.MaxPositions && (plan.Positions is null || plan.Packed is not null))
            throw new ArgumentException(
                $"the sequence has {plan.PositionBound} tokens; this model has position embeddings for {Config.MaxPositions}"
            );
    }

    public void Dispose()
    {
        foreach (var weight in Weights)
            weight.Dispose();
        rotary?.Dispose();
    }
}
