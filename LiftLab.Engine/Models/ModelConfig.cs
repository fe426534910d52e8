using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Architectures;
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
    /// <summary>Maximum number of layers; every size of a configuration is bounded before anything is allocated by it.</summary>
    public const int MostLayers = 10_000;

    const int MostOfASize = 1 << 24;

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

    /// <summary>Change of the rotary frequencies; null for none.</summary>
    public RotaryScaling? RotaryScaling { get; init; }
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

    /// <summary>Whether a layer's attention scores are also divided by its number, from 1.</summary>
    public bool ScaleFallsWithDepth { get; init; }

    /// <summary>Attention window per layer in positions, including the current one; empty list or null entry: no limit.</summary>
    public IReadOnlyList<int?> Windows { get; init; } = [];

    /// <summary>The <c>config.json</c> this was read from, written back unchanged with the weights.</summary>
    public required JsonObject Json { get; init; }

    /// <summary>Entries of config.json that are not known here and have no effect.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    public int? Window(int layer) => layer < Windows.Count ? Windows[layer] : null;

    /// <summary>Factor on a layer's attention scores; null for 1/√HeadWidth.</summary>
    /// <param name="layer">From 0.</param>
    public double? Scale(int layer) => ScaleFallsWithDepth ? (AttentionScale ?? 1 / Math.Sqrt(HeadWidth)) / (layer + 1) : AttentionScale;

    /// <summary>The same configuration for a model whose head has a weight of its own.</summary>
    public ModelConfig Untied()
    {
        var json = (JsonObject)Json.DeepClone();
        json["tie_word_embeddings"] = false;
        return this with { TiedEmbeddings = false, Json = json };
    }

    /// <exception cref="ModelFolderException">The architecture is unknown, an entry is missing or invalid, or one changes the computation
    /// in a way that is not supported.</exception>
    public static ModelConfig Parse(JsonObject json)
    {
        var entries = new ConfigEntries(json);
        OtherEntries.DemandUnquantised(entries);
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
        return config with { Unknown = OtherEntries.Check(entries) };
    }

    void Check()
    {
        void Demand(bool holds, string what)
        {
            if (!holds)
                throw ConfigEntries.Impossible(what);
        }
        (string Name, int Value)[] sizes =
        [
            ("the vocabulary", VocabularySize),
            ("the width", Width),
            ("the number of layers", Layers),
            ("the number of heads", Heads),
            ("the number of key and value heads", KeyValueHeads),
            ("the head width", HeadWidth),
            ("the hidden width of the feed-forward layer", InnerWidth),
            ("the maximum length", MaxPositions),
        ];
        foreach (var (name, value) in sizes)
        {
            Demand(value > 0, $"{name} is {value} and must be above 0");
            Demand(value <= MostOfASize, $"{name} is {value}, which is not a size of a model");
        }
        Demand(Layers <= MostLayers, $"the number of layers is {Layers}; at most {MostLayers} are supported");
        Demand(Heads * (long)HeadWidth <= MostOfASize, $"{Heads} heads of width {HeadWidth} are not a size of a model");
        Demand(Heads % KeyValueHeads == 0, $"{Heads} query heads cannot share {KeyValueHeads} key heads evenly");
        Demand(
            Normalisation == Normalisation.RmsNorm || Heads * HeadWidth == Width, // only those families have a head width of their own
            $"a width of {Width} cannot be divided evenly among {Heads} heads"
        );
        Demand(
            Rotary == RotaryStyle.None || (RotaryWidth > 0 && RotaryWidth <= HeadWidth && RotaryWidth % 2 == 0),
            $"{RotaryWidth} rotary dimensions{(Json.ContainsKey("rotary_dim") ? "" : ", the format's value where none is given,")} do not fit heads of width {HeadWidth}"
        );
        Demand(
            Rotary != RotaryStyle.Interleaved || HeadWidth % 2 == 0,
            $"heads of width {HeadWidth} cannot be rotated in pairs of neighbours"
        );
        Demand(RotaryBase > 0, "the base of the rotary embeddings must be above 0");
        Demand(NormEpsilon > 0, "the epsilon of the norms must be above 0");
        Demand(Windows.All(w => w is null or > 0), "a window of attention must be above 0");
    }
}
