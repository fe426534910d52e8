using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models;

public enum RotaryStyle
{
    /// <summary>No rotary embedding: position embeddings are learned.</summary>
    None,

    /// <summary>Neighbouring dimensions (0,1), (2,3) … are rotated as pairs, as in GPT-J.</summary>
    Interleaved,

    /// <summary>Dimensions i and i + half are rotated as pairs, as in GPT-NeoX and Llama.</summary>
    Halves,
}

public enum Normalisation
{
    LayerNorm,
    RmsNorm,
}

public enum Activation
{
    GeluTanh,
    Gelu,
    Silu,
    Relu,
}

public enum BlockShape
{
    /// <summary>x + attention(norm₁(x)), then + mlp(norm₂(·)).</summary>
    Sequential,

    /// <summary>x + attention(norm(x)) + mlp(norm(x)), one norm for both, as in GPT-J.</summary>
    ParallelOneNorm,

    /// <summary>x + attention(norm₁(x)) + mlp(norm₂(x)), as in GPT-NeoX.</summary>
    ParallelTwoNorms,
}

/// <summary>Layout of the query, key and value weights.</summary>
public enum FusedLayout
{
    /// <summary>Three matrices.</summary>
    Separate,

    /// <summary>One matrix: all queries, all keys, all values.</summary>
    Parts,

    /// <summary>One matrix: query, key and value of each head in turn.</summary>
    Heads,
}

/// <summary>Everything that determines a model's computation, read from a Hugging Face <c>config.json</c>.</summary>
public sealed record ModelConfig
{
    /// <summary>A key of <see cref="Architecture.All"/>.</summary>
    public required string ModelType { get; init; }
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream, D.</summary>
    public required int Width { get; init; }
    public required int Layers { get; init; }
    public required int Heads { get; init; }

    /// <summary>Number of key and value heads; fewer than <see cref="Heads"/> with grouped-query attention.</summary>
    public required int KeyValueHeads { get; init; }
    public required int HeadWidth { get; init; }

    /// <summary>Hidden width of the feed-forward layer.</summary>
    public required int InnerWidth { get; init; }

    /// <summary>Maximum sequence length in tokens.</summary>
    public required int MaxPositions { get; init; }

    public RotaryStyle Rotary { get; init; }

    /// <summary>Number of rotated dimensions per head; the rest are unchanged.</summary>
    public int RotaryWidth { get; init; }
    public double RotaryBase { get; init; } = 10000;
    public Normalisation Normalisation { get; init; } = Normalisation.LayerNorm;
    public double NormEpsilon { get; init; } = 1e-5;
    public Activation Activation { get; init; } = Activation.GeluTanh;
    public BlockShape BlockShape { get; init; }

    /// <summary>Feed-forward is down(act(gate(x)) · up(x)) rather than down(act(up(x))).</summary>
    public bool GatedFeedForward { get; init; }
    public FusedLayout QueryKeyValue { get; init; }
    public bool QueryKeyValueBias { get; init; }
    public bool AttentionOutBias { get; init; }
    public bool FeedForwardBias { get; init; }
    public bool HeadBias { get; init; }

    /// <summary>Linear weights are stored (in, out) instead of (out, in), as in GPT-2.</summary>
    public bool WeightsInByOut { get; init; }

    /// <summary>The output head shares the token embedding's weight.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Factor on the attention scores; null for 1/√HeadWidth.</summary>
    public double? AttentionScale { get; init; }

    /// <summary>Attention window per layer in positions, including the current one; empty list or null entry: no limit.</summary>
    public IReadOnlyList<int?> Windows { get; init; } = [];

    /// <summary>The <c>config.json</c> this was read from, written back unchanged with the weights.</summary>
    public required JsonObject Json { get; init; }

    public int? Window(int layer) => layer < Windows.Count ? Windows[layer] : null;

    /// <exception cref="ModelFolderException">The architecture is unknown, or an entry is missing or invalid.</exception>
    public static ModelConfig Parse(JsonObject json)
    {
        var entries = new ConfigEntries(json);
        var type = entries.Text("model_type");
        var architecture =
            Architecture.Find(type)
            ?? throw new ModelFolderException(
                "architecture-unknown",
                $"config.json says model_type '{type}', which is not supported",
                $"Use a model of one of these: {string.Join(", ", Architecture.All.Select(a => a.ModelType))}."
            );
        var config = architecture.Read(entries);
        config.Check();
        return config;
    }

    void Check()
    {
        void Demand(bool holds, string what)
        {
            if (!holds)
                throw new ModelFolderException(
                    "config-impossible",
                    "config.json: " + what,
                    "Correct config.json, or get the model's files again."
                );
        }
        Demand(
            VocabularySize > 0 && Width > 0 && Layers > 0 && Heads > 0 && MaxPositions > 0 && InnerWidth > 0,
            "every size must be above 0"
        );
        Demand(HeadWidth * (long)Heads > 0 && HeadWidth > 0, "the head width must be above 0");
        Demand(Heads % KeyValueHeads == 0, $"{Heads} query heads cannot share {KeyValueHeads} key heads evenly");
        Demand(
            Rotary == RotaryStyle.None || (RotaryWidth > 0 && RotaryWidth <= HeadWidth && RotaryWidth % 2 == 0),
            $"{RotaryWidth} rotary dimensions do not fit heads of width {HeadWidth}"
        );
    }
}
