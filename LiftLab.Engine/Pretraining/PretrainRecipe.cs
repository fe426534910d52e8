using System.Text.Json;
using System.Text.Json.Serialization;
using LiftLab.Engine.Models;

namespace LiftLab.Engine.Pretraining;

/// <summary>
/// Settings for making a base model: size, initial weights and stages of the curriculum. The whole content of <c>recipe.json</c>.
/// </summary>
public sealed record PretrainRecipe
{
    public string Name { get; init; } = "lift-mini";
    public int Seed { get; init; } = 1;

    public int Width { get; init; } = 64;
    public int Layers { get; init; } = 2;
    public int Heads { get; init; } = 8;

    /// <summary>Number of rotary dimensions per head.</summary>
    public int Rotary { get; init; } = 8;
    public double RotaryBase { get; init; } = 100;

    /// <summary>Maximum sequence length in tokens.</summary>
    public int Context { get; init; } = 1024;

    /// <summary>Standard deviation of the initial weights.</summary>
    public double Deviation { get; init; } = 0.1;

    /// <summary>
    /// Standard deviation of the initial token embedding; 0 for that of the other weights. If it is larger than the output of the first
    /// blocks, the token vectors remain visible to later layers.
    /// </summary>
    public double TokenDeviation { get; init; }

    /// <summary>Whether level tokens start with an ordinal code (sines and cosines of the level) instead of at random.</summary>
    public bool OrdinalLevels { get; init; } = true;

    /// <summary>
    /// Exponent with which the ordinal code's amplitudes decrease with frequency, 1 / frequency^exponent: larger values make more levels
    /// similar.
    /// </summary>
    public double OrdinalDecay { get; init; } = Initialisation.RoughDecay;

    /// <summary>
    /// Number of columns that have their own level tokens, each with its own rotation of the ordinal code. In sequences of rows also the
    /// number of cells per row: narrower tables repeat cells, wider ones omit some.
    /// </summary>
    public int LevelColumns { get; init; }

    /// <summary>
    /// If above 0, the initial weights are a kernel classifier of this sharpness (the attention logit between equal rows), see <see
    /// cref="KernelStart"/>.
    /// </summary>
    public double Kernel { get; init; }

    public double LearningRate { get; init; } = 1.5e-3;
    public int WarmupSteps { get; init; } = 100;
    public double WeightDecay { get; init; } = 0.01;
    public double GradientClip { get; init; } = 1;

    /// <summary>Tokens per step: as many sequences as fit, at least one.</summary>
    public int TokensPerStep { get; init; } = 2048;

    /// <summary>Number of steps; 0 writes the initial weights.</summary>
    public int Steps { get; init; }

    /// <summary>Probability (0–1) that a sequence is drawn from an earlier stage.</summary>
    public double Rehearsal { get; init; } = 0.25;

    /// <summary>
    /// Stages of the curriculum, the easiest first. A stage lasts at most its share of the steps; if its loss falls below <see
    /// cref="PretrainStage.EndsBelow"/>, the next stage begins.
    /// </summary>
    public IReadOnlyList<PretrainStage> Stages { get; init; } = [new()];

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <exception cref="FormatException">The file is not a valid recipe; the message says why.</exception>
    public static PretrainRecipe Parse(string json)
    {
        try
        {
            var recipe = JsonSerializer.Deserialize<PretrainRecipe>(json, Json) ?? throw new FormatException("the recipe is empty");
            if (recipe.Width < 8 || recipe.Layers < 1 || recipe.Heads < 1 || recipe.Width % recipe.Heads != 0)
                throw new FormatException("width must be at least 8 and a multiple of heads");
            if (recipe.TokensPerStep < 1 || recipe.Steps < 0 || recipe.Stages.Count == 0)
                throw new FormatException("tokensPerStep must be 1 or more, steps 0 or more, and there must be at least one stage");
            if (recipe.Kernel > 0 && !KernelStart.Suits(recipe))
                throw new FormatException($"a kernel start needs {KernelStart.Needs}");
            return recipe;
        }
        catch (JsonException e)
        {
            throw new FormatException($"the recipe cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Settings of the random initial weights, without the kernel classifier.</summary>
    public FirstWeights FirstWeights() => new(Seed, Deviation, TokenDeviation, OrdinalLevels, OrdinalDecay);

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>One stage of the curriculum.</summary>
public sealed record PretrainStage
{
    /// <summary>Maximum share of all steps, relative to the sum of the shares.</summary>
    public double Share { get; init; } = 1;

    /// <summary>
    /// If above 0, the stage ends when the loss is below this fraction of the labels' entropy. A ratio of 1 means that nothing is learned
    /// from previous rows.
    /// </summary>
    public double EndsBelow { get; init; }

    /// <summary>Tokens per sequence.</summary>
    public int SequenceTokens { get; init; } = 256;

    /// <summary>Probability (0–1) that a sequence repeats a few rows, so that the model learns copying first.</summary>
    public double Repeats { get; init; }

    /// <summary>
    /// Probability (0–1) that the rows of a sequence are nearest neighbours in a larger table, like half of the contexts in prediction.
    /// </summary>
    public double Neighbours { get; init; }
    public PriorLimits Tables { get; init; } = new();
}
